/* aspnetcore-transports.c: the requests that bring a connection its transport, and what goes up beside it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "aspnetcore-poll-private.h"
#include "event-stream-private.h"
#include "web-socket-private.h"

/* What was posted and is not read yet, before more of it has to wait. */
#define POSTED_LIMIT 65536
/* How long a goodbye may take that was sent beside the end of its event stream. */
#define GOODBYE_ALLOWANCE (2 * G_USEC_PER_SEC)

/*< private >
 * signalr_aspnetcore_connection_set_carrier:
 * @carrier: (transfer full): carries the connection from now on
 *
 * On polls nobody pings: a client that is there polls again. Nor does anybody who
 * speaks no hub protocol; there is no handshake then either.
 */
void
signalr_aspnetcore_connection_set_carrier (SignalrAspnetcoreConnection *self,
                                           SignalrCarrier              *carrier)
{
  SignalrServerTimes *times = &self->base.host->times;
  gboolean quiet = carrier->klass->transport == SIGNALR_TRANSPORT_LONG_POLLING || self->endpoint != NULL;

  self->carrier = carrier;
  signalr_server_connection_start_beat (&self->base,
                                        quiet ? SIGNALR_NEVER : times->ping_interval,
                                        quiet ? SIGNALR_NEVER : times->client_timeout,
                                        SIGNALR_NEVER);
}

static void
signalr_aspnetcore_connection_open (SignalrAspnetcoreConnection *self,
                                    SignalrCarrier              *carrier)
{
  if (carrier->klass->transport == SIGNALR_TRANSPORT_SERVER_SENT_EVENTS)
    self->base.limits.lost = GOODBYE_ALLOWANCE;

  signalr_aspnetcore_connection_set_carrier (self, carrier);
  self->opened = TRUE;
  signalr_caller_set_transport (self->base.caller, carrier->klass->transport);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_OPEN);
  if (self->endpoint != NULL)
    signalr_aspnetcore_connection_begin (self);
  else
    signalr_carrier_set_reading (carrier, TRUE);
  signalr_aspnetcore_connection_read_posts (self);
}

/* Returns whether @stream can be used; else it is freed. */
static gboolean
signalr_aspnetcore_connection_check_stream (SignalrAspnetcoreConnection *self,
                                            SignalrStream               *stream)
{
  if (stream != NULL && !signalr_server_connection_is_ended (&self->base))
    return TRUE;

  g_clear_pointer (&stream, signalr_stream_free);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_CLOSE);

  return FALSE;
}

static void
signalr_aspnetcore_connection_upgraded_cb (SignalrStream *stream,
                                           gpointer       user_data)
{
  SignalrAspnetcoreConnection *self = user_data;
  guint max_size = 0;

  /* Records are found in the stream of bytes; what has none comes in whole messages. */
  if (self->endpoint != NULL)
    g_object_get (self->options, "max-message-size", &max_size, NULL);

  if (signalr_aspnetcore_connection_check_stream (self, stream))
    signalr_aspnetcore_connection_open (self, signalr_web_socket_new (self->base.host->loop, stream, max_size,
                                                                      &signalr_aspnetcore_connection_carrier_funcs, self));

  signalr_server_connection_unref (self);
}

static void
signalr_aspnetcore_connection_streamed_cb (SignalrStream *stream,
                                           gpointer       user_data)
{
  SignalrAspnetcoreConnection *self = user_data;

  if (signalr_aspnetcore_connection_check_stream (self, stream))
    {
      /* A comment, so that the client sees the stream open. */
      g_autoptr (GBytes) comment = signalr_event_stream_chunk (":\r\n", -1);

      signalr_stream_send (stream, comment);
      signalr_aspnetcore_connection_open (self, signalr_event_stream_new (self->base.host->loop, stream,
                                                                          SIGNALR_EVENT_STREAM_ASPNETCORE,
                                                                          &signalr_aspnetcore_connection_carrier_funcs, self));
    }

  signalr_server_connection_unref (self);
}

void
signalr_aspnetcore_connection_admit (SignalrAspnetcoreConnection *self,
                                     SignalrRequest              *request)
{
  signalr_heartbeat_set (self->base.host->loop->heartbeat, &self->expiry, signalr_request_get_expiry (request));
}

static void
signalr_aspnetcore_connection_claim (SignalrAspnetcoreConnection *self,
                                     SignalrRequest              *request)
{
  self->claimed = TRUE;
  signalr_aspnetcore_connection_admit (self, request);
  signalr_request_introduce (request, self->base.caller, self->options);
}

void
signalr_aspnetcore_connection_upgrade (SignalrAspnetcoreConnection *self,
                                       SignalrRequest              *request)
{
  signalr_aspnetcore_connection_claim (self, request);
  signalr_request_upgrade (request, signalr_aspnetcore_connection_upgraded_cb,
                           signalr_server_connection_ref (self));
}

void
signalr_aspnetcore_connection_stream (SignalrAspnetcoreConnection *self,
                                      SignalrRequest              *request)
{
  signalr_aspnetcore_connection_claim (self, request);

  /* Nobody on the way is to hold it back, or to pack it. */
  signalr_request_set_header (request, "Content-Type", "text/event-stream");
  signalr_request_set_header (request, "Cache-Control", "no-cache,no-store");
  signalr_request_set_header (request, "Pragma", "no-cache");
  signalr_request_set_header (request, "Content-Encoding", "identity");
  signalr_request_set_header (request, "X-Accel-Buffering", "no");
  signalr_request_stream (request, signalr_aspnetcore_connection_streamed_cb,
                          signalr_server_connection_ref (self));
}

/* The first poll brings the transport, and is answered at once. */
void
signalr_aspnetcore_connection_poll (SignalrAspnetcoreConnection *self,
                                    SignalrRequest              *request)
{
  if (self->claimed)
    {
      signalr_aspnetcore_connection_admit (self, request);
      signalr_aspnetcore_poll_take (self->carrier, request);
      return;
    }

  signalr_aspnetcore_connection_claim (self, request);
  signalr_aspnetcore_connection_open (self, signalr_aspnetcore_poll_new (self->base.host, self->token,
                                                                         &signalr_aspnetcore_connection_carrier_funcs, self));
  signalr_request_answer (request, SOUP_STATUS_OK, "application/octet-stream", NULL);
}

static void
signalr_aspnetcore_connection_take_posts (SignalrAspnetcoreConnection *self)
{
  while (!g_queue_is_empty (&self->posts) && (self->posted == NULL || self->posted->len <= POSTED_LIMIT))
    {
      g_autoptr (SignalrRequest) request = g_queue_pop_head (&self->posts);
      g_autoptr (GBytes) body = signalr_request_get_body (request);
      gsize size;
      gconstpointer data = g_bytes_get_data (body, &size);

      if (self->posted == NULL)
        self->posted = g_byte_array_new ();
      g_byte_array_append (self->posted, data, size);
      self->held -= size;
      signalr_request_answer (request, SOUP_STATUS_OK, "text/plain", NULL);
    }
}

/* In the order they came. A post is answered when there is room for what it brings,
 * not when that is read: so the client goes on while a call of it is under way, and
 * may even speak before its transport has come.
 */
void
signalr_aspnetcore_connection_read_posts (SignalrAspnetcoreConnection *self)
{
  signalr_aspnetcore_connection_take_posts (self);

  while (self->opened && !signalr_server_connection_is_ended (&self->base) &&
         !signalr_aspnetcore_connection_waits (self) && self->posted != NULL)
    {
      g_autoptr (GByteArray) posted = g_steal_pointer (&self->posted);

      signalr_aspnetcore_connection_take_posts (self);
      if (posted->len > 0)
        signalr_aspnetcore_connection_receive (self, FALSE, posted->data, posted->len);
    }
}

void
signalr_aspnetcore_connection_post (SignalrAspnetcoreConnection *self,
                                    SignalrRequest              *request)
{
  if (self->posts.length >= self->base.host->max_calls || self->held > self->base.host->max_unsent)
    {
      signalr_request_answer (request, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, NULL);
      return;
    }

  self->held += signalr_request_get_length (request);
  signalr_request_hold (request);
  g_queue_push_tail (&self->posts, signalr_request_ref (request));
  signalr_turn_add (self->base.host->loop->turn, &self->resumption);
}
