/* aspnetcore-dialect.c: ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialect-private.h"

#include <string.h>

#include "http-private.h"
#include "lifetime-private.h"
#include "signalr-error-private.h"
#include "stateful-private.h"
#include "../protocol/aspnetcore-records-private.h"

#define RECORD_SEPARATOR     0x1e
#define HANDSHAKE_MAX_LENGTH 65536

/* What the official ends send without an acknowledgement. */
#define STATEFUL_LIMIT       100000

typedef struct {
  SignalrDialogue      parent;

  SignalrEncoding      encoding;
  gsize                max_size;
  SignalrRecordReader *reader;
  SignalrTransport     transport;
  GByteArray          *handshake;  /* what came of its answer; NULL once it is whole */
  gint64               pinged_at;  /* by the server, the last time */
} CoreDialogue;

static SignalrDialogue *
core_open (SignalrNegotiated            *negotiated,
           const SignalrDialogueOptions *options)
{
  CoreDialogue *self = g_new0 (CoreDialogue, 1);

  self->parent.dialect = &signalr_aspnetcore_dialect;
  self->parent.negotiated = negotiated;
  self->encoding = options->encoding;
  self->max_size = options->max_size;
  self->reader = signalr_record_reader_new (options->encoding, options->max_size);

  return &self->parent;
}

static void
core_close (SignalrDialogue *dialogue)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;

  signalr_negotiated_free (self->parent.negotiated);
  signalr_record_reader_free (self->reader);
  g_clear_pointer (&self->parent.stateful, signalr_stateful_free);
  g_clear_pointer (&self->handshake, g_byte_array_unref);
  g_free (self);
}

static GBytes *
core_ping_record (SignalrDialogue *dialogue)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  g_autoptr (SignalrRecord) record = signalr_record_new (SIGNALR_RECORD_PING);

  return signalr_record_encode (record, self->encoding, NULL);
}

static GBytes *
core_farewell_record (SignalrDialogue *dialogue)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  g_autoptr (SignalrRecord) record = NULL;

  if (self->handshake != NULL)
    return NULL;

  record = signalr_record_new (SIGNALR_RECORD_CLOSE);

  return signalr_record_encode (record, self->encoding, NULL);
}

static const char *
content_type_of (CoreDialogue *self)
{
  return self->encoding == SIGNALR_ENCODING_JSON ? "text/plain;charset=UTF-8"
                                                 : "application/octet-stream";
}

static gboolean
core_request (SignalrDialogue    *dialogue,
              SignalrRequestKind  kind,
              SignalrTransport    transport,
              GBytes             *payload,
              SignalrRequest     *request)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  SignalrNegotiated *negotiated = dialogue->negotiated;
  g_autoptr (GString) query = g_string_new (NULL);

  *request = (SignalrRequest) { .method = "GET" };
  switch (kind)
    {
    case SIGNALR_REQUEST_RECEIVE:
    case SIGNALR_REQUEST_RESUME:
    case SIGNALR_REQUEST_POLL:
      break;

    case SIGNALR_REQUEST_SEND:
      request->method = "POST";
      request->body = g_bytes_ref (payload);
      request->content_type = content_type_of (self);
      break;

    case SIGNALR_REQUEST_FAREWELL:
      if (transport == SIGNALR_TRANSPORT_WEB_SOCKETS)
        return FALSE;
      request->method = "DELETE";
      if (transport == SIGNALR_TRANSPORT_LONG_POLLING)
        break;
      request->method = "POST";
      request->body = core_farewell_record (dialogue);
      request->content_type = content_type_of (self);
      if (request->body == NULL)
        return FALSE;
      break;

    case SIGNALR_REQUEST_PROBE:
      request->method = "POST";
      request->body = core_ping_record (dialogue);
      request->content_type = content_type_of (self);
      break;

    case SIGNALR_REQUEST_START:
    default:
      return FALSE;
    }

  signalr_query_append (query, negotiated->query);
  if (negotiated->connection_token != NULL)
    signalr_query_add (query, "id", negotiated->connection_token);
  request->url = signalr_url_build (negotiated->url, NULL, query->str);

  return TRUE;
}

/* Both ends go on where they were; what came of a record before is void. */
static void
resume (CoreDialogue *self,
        GQueue       *incoming)
{
  signalr_record_reader_free (self->reader);
  self->reader = signalr_record_reader_new (self->encoding, self->max_size);
  signalr_incoming_push (incoming, SIGNALR_INCOMING_REPLY)->bytes =
    signalr_stateful_resume (self->parent.stateful, g_get_monotonic_time ());
}

static void
core_opened (SignalrDialogue  *dialogue,
             SignalrTransport  transport,
             gboolean          resumed,
             GQueue           *incoming)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  gboolean stateful = dialogue->negotiated->stateful && transport == SIGNALR_TRANSPORT_WEB_SOCKETS;

  self->pinged_at = 0;
  if (resumed)
    {
      resume (self, incoming);
      return;
    }

  g_clear_pointer (&dialogue->stateful, signalr_stateful_free);
  if (stateful)
    dialogue->stateful = signalr_stateful_new (self->encoding, STATEFUL_LIMIT);

  self->transport = transport;
  g_clear_pointer (&self->handshake, g_byte_array_unref);
  self->handshake = g_byte_array_new ();
  signalr_incoming_push (incoming, SIGNALR_INCOMING_REPLY)->bytes =
    signalr_handshake_request_encode (self->encoding, stateful ? 2 : 1);
}

/* The answer to the handshake is JSON whatever comes behind it. */
static gboolean
decode_handshake (CoreDialogue  *self,
                  GBytes        *message,
                  GQueue        *incoming,
                  GError       **error)
{
  g_autoptr (GByteArray) bytes = g_steal_pointer (&self->handshake);
  g_autoptr (GBytes) record = NULL;
  const guint8 *end;

  g_byte_array_append (bytes, g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  end = memchr (bytes->data, RECORD_SEPARATOR, bytes->len);
  if (end == NULL)
    {
      if (bytes->len > HANDSHAKE_MAX_LENGTH)
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_SIGNALR,
                       "%s did not answer the handshake", self->parent.negotiated->url);
          return FALSE;
        }

      self->handshake = g_steal_pointer (&bytes);
      return TRUE;
    }

  record = g_bytes_new (bytes->data, end - bytes->data);
  if (!signalr_handshake_response_decode (record, error))
    return FALSE;

  /* The first ping makes the server watch this client; a poll needs none. */
  if (self->transport != SIGNALR_TRANSPORT_LONG_POLLING)
    signalr_incoming_push (incoming, SIGNALR_INCOMING_REPLY)->bytes =
      core_ping_record (&self->parent);
  signalr_incoming_push (incoming, SIGNALR_INCOMING_READY);

  return signalr_record_reader_push (self->reader, end + 1, bytes->data + bytes->len - end - 1,
                                     error);
}

/* A server pings in its own rhythm, whatever else it says. One that is late, as all
 * are now and then, does not make a slower one of it at once.
 */
static void
note_ping (CoreDialogue *self)
{
  SignalrNegotiated *negotiated = self->parent.negotiated;
  gint64 now = g_get_monotonic_time ();

  if (self->pinged_at != 0 && negotiated->rhythm == 0)
    negotiated->rhythm = now - self->pinged_at;
  else if (self->pinged_at != 0)
    negotiated->rhythm = MIN (now - self->pinged_at, negotiated->rhythm * 5 / 4);
  self->pinged_at = now;
}

static void
push_completion (SignalrRecord *record,
                 GQueue        *incoming)
{
  SignalrIncoming *news = signalr_incoming_push (incoming, SIGNALR_INCOMING_RESULT);

  news->id = g_steal_pointer (&record->invocation_id);
  if (record->error != NULL)
    {
      news->error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, record->error);
      signalr_error_set_delivery (news->error, SIGNALR_DELIVERY_FAILED);
    }
  else
    {
      news->value = g_steal_pointer (&record->item);
    }
}

static void
push_close (SignalrRecord *record,
            GQueue        *incoming)
{
  SignalrIncoming *news = signalr_incoming_push (incoming,
                                                 record->allow_reconnect
                                                 ? SIGNALR_INCOMING_SHUTDOWN
                                                 : SIGNALR_INCOMING_END);

  news->error = record->error != NULL
    ? g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                   "The server ended the connection: %s", record->error)
    : g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                           "The server ended the connection");
}

static void
push_record (CoreDialogue  *self,
             SignalrRecord *record,
             GQueue        *incoming)
{
  SignalrIncoming *news;

  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
      news = signalr_incoming_push (incoming, SIGNALR_INCOMING_INVOCATION);
      news->method = g_steal_pointer (&record->target);
      news->value = g_steal_pointer (&record->arguments);
      news->id = g_steal_pointer (&record->invocation_id);
      break;

    case SIGNALR_RECORD_STREAM_ITEM:
      news = signalr_incoming_push (incoming, SIGNALR_INCOMING_ITEM);
      news->id = g_steal_pointer (&record->invocation_id);
      news->value = g_steal_pointer (&record->item);
      break;

    case SIGNALR_RECORD_COMPLETION:
      push_completion (record, incoming);
      break;

    case SIGNALR_RECORD_CLOSE:
      push_close (record, incoming);
      break;

    case SIGNALR_RECORD_PING:
      note_ping (self);
      break;

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      break;

    case SIGNALR_RECORD_STREAM_INVOCATION:
    case SIGNALR_RECORD_CANCEL_INVOCATION:
    default:
      g_debug ("Skipped a record of type %d, which no server sends", record->type);
    }
}

static void
take (CoreDialogue   *self,
      SignalrRecord  *record,
      gsize           size,
      GQueue         *incoming,
      GError        **error)
{
  SignalrStateful *stateful = self->parent.stateful;
  gboolean resumes = stateful != NULL && signalr_stateful_is_resuming (stateful);

  if (stateful == NULL ||
      signalr_stateful_take (stateful, record, size, g_get_monotonic_time (), error))
    push_record (self, record, incoming);
  else if (resumes && !signalr_stateful_is_resuming (stateful))
    signalr_incoming_push (incoming, SIGNALR_INCOMING_READY);
}

/* What is wrong with one message is no fault of the others: it counts, and is not
 * for the application; a call that it would have answered has failed. Whether.
 */
static gboolean
take_unreadable (CoreDialogue *self,
                 gsize         size,
                 GQueue       *incoming,
                 const GError *error)
{
  g_autoptr (SignalrRecord) record = NULL;
  SignalrIncoming *news;

  if (!g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
    return FALSE;

  record = signalr_record_reader_salvage (self->reader);
  if (record == NULL || record->type > SIGNALR_RECORD_COMPLETION)
    return FALSE;

  if (self->parent.stateful != NULL &&
      !signalr_stateful_take (self->parent.stateful, record, size, g_get_monotonic_time (), NULL))
    return TRUE;

  g_debug ("Skipped a message that cannot be read: %s", error->message);
  if (record->type != SIGNALR_RECORD_COMPLETION)
    return TRUE;

  news = signalr_incoming_push (incoming, SIGNALR_INCOMING_RESULT);
  news->id = g_steal_pointer (&record->invocation_id);
  news->error = g_error_copy (error);
  g_prefix_error (&news->error, "The answer cannot be read: ");
  signalr_error_set_delivery (news->error, SIGNALR_DELIVERY_FAILED);

  return TRUE;
}

/* One record; FALSE where there is none, or nothing can come behind it. */
static gboolean
take_record (CoreDialogue  *self,
             GQueue        *incoming,
             GError       **error)
{
  gsize before = signalr_record_reader_get_pending (self->reader);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (SignalrRecord) record = signalr_record_reader_next (self->reader, &local_error);
  gsize size = before - signalr_record_reader_get_pending (self->reader);

  if (record == NULL && local_error == NULL)
    return FALSE;

  if (record != NULL)
    take (self, record, size, incoming, &local_error);
  else if (take_unreadable (self, size, incoming, local_error))
    g_clear_error (&local_error);

  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
core_decode (SignalrDialogue  *dialogue,
             GBytes           *message,
             GQueue           *incoming,
             GError          **error)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  g_autoptr (GError) local_error = NULL;

  if (self->handshake != NULL)
    {
      if (!decode_handshake (self, message, incoming, error))
        return FALSE;
      if (self->handshake != NULL)
        return TRUE;
    }
  else if (!signalr_record_reader_push (self->reader, g_bytes_get_data (message, NULL),
                                        g_bytes_get_size (message), error))
    {
      return FALSE;
    }

  while (take_record (self, incoming, &local_error))
    continue;

  if (local_error == NULL)
    return TRUE;

  /* Of what could not be read nobody knows whether the server counted it. */
  if (dialogue->stateful != NULL)
    signalr_stateful_spoil (dialogue->stateful);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
core_started (SignalrDialogue  *dialogue,
              GBytes           *answer,
              GQueue           *incoming,
              GError          **error)
{
  g_return_val_if_reached (TRUE);
}

static SignalrRecordType
record_type_of (SignalrOutgoingKind kind)
{
  switch (kind)
    {
    case SIGNALR_OUTGOING_STREAM:
      return SIGNALR_RECORD_STREAM_INVOCATION;

    case SIGNALR_OUTGOING_CANCEL:
      return SIGNALR_RECORD_CANCEL_INVOCATION;

    case SIGNALR_OUTGOING_ITEM:
      return SIGNALR_RECORD_STREAM_ITEM;

    case SIGNALR_OUTGOING_RESULT:
      return SIGNALR_RECORD_COMPLETION;

    case SIGNALR_OUTGOING_CALL:
    case SIGNALR_OUTGOING_MESSAGE:
    default:
      return SIGNALR_RECORD_INVOCATION;
    }
}

static GBytes *
core_encode (SignalrDialogue        *dialogue,
             const SignalrOutgoing  *outgoing,
             GError                **error)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;
  g_autoptr (SignalrRecord) record = NULL;

  if (outgoing->kind == SIGNALR_OUTGOING_MESSAGE)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "ASP.NET Core SignalR has no raw connections, only hubs");
      return NULL;
    }

  record = signalr_record_new (record_type_of (outgoing->kind));
  record->invocation_id = g_strdup (outgoing->id);
  record->target = g_strdup (outgoing->method);
  record->error = g_strdup (outgoing->error);
  record->stream_ids = g_strdupv ((char **) outgoing->stream_ids);

  if (outgoing->kind == SIGNALR_OUTGOING_CALL || outgoing->kind == SIGNALR_OUTGOING_STREAM)
    {
      record->arguments = json_node_ref (outgoing->value);
    }
  else if (outgoing->value != NULL)
    {
      record->item = json_node_ref (outgoing->value);
      record->has_result = TRUE;
    }

  return signalr_record_encode (record, self->encoding, error);
}

static gboolean
core_can_resume (SignalrDialogue *dialogue)
{
  CoreDialogue *self = (CoreDialogue *) dialogue;

  return dialogue->stateful != NULL && self->handshake == NULL &&
         !signalr_stateful_is_spoilt (dialogue->stateful);
}

const SignalrDialectTable signalr_aspnetcore_dialect = {
  .dialect = SIGNALR_DIALECT_ASPNETCORE,
  .transports = 1 << SIGNALR_TRANSPORT_WEB_SOCKETS | 1 << SIGNALR_TRANSPORT_SERVER_SENT_EVENTS |
                1 << SIGNALR_TRANSPORT_LONG_POLLING,
  .ping = 15 * G_USEC_PER_SEC,
  .handshake = 15 * G_USEC_PER_SEC,
  .keep_alive = 30 * G_USEC_PER_SEC,
  .disconnect = 30 * G_USEC_PER_SEC,
  .patience = 15 * G_USEC_PER_SEC,
  .poll = 100 * G_USEC_PER_SEC,
  .joins_sends = TRUE,
  .frees_polls = TRUE,
  .one_transport = TRUE,
  .open = core_open,
  .close = core_close,
  .request = core_request,
  .opened = core_opened,
  .decode = core_decode,
  .started = core_started,
  .encode = core_encode,
  .ping_record = core_ping_record,
  .farewell_record = core_farewell_record,
  .can_resume = core_can_resume,
};
