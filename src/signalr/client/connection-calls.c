/* connection-calls.c: calls of hub methods, and their answers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#include "call-private.h"
#include "hub-proxy-private.h"
#include "line-private.h"
#include "signalr-error-private.h"
#include "upload-private.h"

/* Calls that wait for a connection. */
#define MAX_WAITING 1000

/* Before what broke off is called again. */
#define AGAIN_MS    500

typedef struct {
  SignalrConnection *connection;   /* which fails its calls before it goes */
  SignalrPending    *pending;
  SignalrHubProxy   *hub;          /* which the pending task keeps alive */
  SignalrCall       *call;
  char              *id;
  gboolean           sent;
  gboolean           held;         /* until the transport is re-established */
  gint64             sent_at;
  GSource           *timeout;
  GSource           *again;
} Entry;

static void
entry_free (Entry *entry)
{
  GPtrArray *uploads = signalr_call_get_uploads (entry->call);

  for (guint i = 0; i < uploads->len; i++)
    signalr_upload_end (uploads->pdata[i], entry->connection->context);

  if (entry->timeout != NULL)
    g_source_destroy (entry->timeout);
  g_clear_pointer (&entry->timeout, g_source_unref);
  if (entry->again != NULL)
    g_source_destroy (entry->again);
  g_clear_pointer (&entry->again, g_source_unref);
  g_object_unref (entry->call);
  g_free (entry->id);
  g_free (entry);
}

GHashTable *
signalr_connection_calls_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) entry_free);
}

/* The entry is gone then; a late answer is for nobody. */
static void
finish (Entry    *entry,
        JsonNode *value,
        GError   *error)
{
  SignalrConnection *self = entry->connection;
  SignalrPending *pending = entry->pending;

  if (entry->timeout != NULL)
    g_source_destroy (entry->timeout);
  g_queue_remove (&self->waiting, entry);
  g_hash_table_remove (self->calls, entry->id);

  if (error != NULL)
    signalr_pending_return_error (pending, error);
  else
    signalr_pending_return_pointer (pending, value, (GDestroyNotify) json_node_unref);
}

static GError *
error_for (Entry        *entry,
           SignalrError  code,
           const char   *why)
{
  GError *error = g_error_new (SIGNALR_ERROR, code, "The answer to %s will not come: %s",
                               signalr_call_get_method (entry->call), why);

  signalr_error_set_delivery (error, entry->sent ? SIGNALR_DELIVERY_UNKNOWN
                                                 : SIGNALR_DELIVERY_NOT_SENT);

  return error;
}

/* Whether anything may be sent. Where messages are posted they have a way of
 * their own, which may be open while the one down is not.
 */
gboolean
signalr_connection_check_connected (SignalrConnection  *self,
                                    GError            **error)
{
  gboolean is_lost = self->lifetime.state == SIGNALR_LIFETIME_TRYING ||
                     self->lifetime.state == SIGNALR_LIFETIME_WAITING;

  /* An object that was disposed of has no line. */
  if (self->line != NULL &&
      (self->lifetime.state == SIGNALR_LIFETIME_CONNECTED ||
       self->lifetime.state == SIGNALR_LIFETIME_SLOW ||
       (is_lost && signalr_line_keeps_calls (self->line))))
    return TRUE;

  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                       self->state == SIGNALR_CONNECTION_STATE_RECONNECTING
                       ? "The connection is lost, and not re-established yet"
                       : "The connection is not made");

  return FALSE;
}

gboolean
signalr_connection_send_outgoing (SignalrConnection      *self,
                                  const SignalrOutgoing  *outgoing,
                                  GError                **error)
{
  return signalr_connection_check_connected (self, error) &&
         signalr_line_send (self->line, outgoing, NULL, error);
}

static char *
next_id (SignalrConnection *self)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, self->last_call++);
}

/* Sending may be how the loss of the connection is noticed: then @entry has been
 * answered, and is gone.
 */
static void
send_entry (Entry *entry)
{
  SignalrConnection *self = entry->connection;
  g_autoptr (SignalrCall) call = g_object_ref (entry->call);
  GPtrArray *uploads = signalr_call_get_uploads (call);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *id = g_strdup (entry->id);
  g_autoptr (GError) error = NULL;
  gboolean held = FALSE;
  SignalrOutgoing outgoing = {
    .kind = signalr_call_get_streams (call) ? SIGNALR_OUTGOING_STREAM : SIGNALR_OUTGOING_CALL,
    .hub = signalr_hub_proxy_get_name (entry->hub),
    .method = signalr_call_get_method (call),
    .id = id,
    .value = signalr_call_get_args (call),
    .state = signalr_hub_proxy_get_state (entry->hub),
  };

  for (guint i = 0; i < uploads->len; i++)
    g_ptr_array_add (ids, next_id (self));
  g_ptr_array_add (ids, NULL);
  if (uploads->len > 0)
    outgoing.stream_ids = (const char * const *) ids->pdata;

  entry->sent = TRUE;
  entry->sent_at = g_get_monotonic_time ();
  if (!signalr_connection_check_connected (self, &error) ||
      !signalr_line_send (self->line, &outgoing, &held, &error))
    {
      entry = g_hash_table_lookup (self->calls, id);
      if (entry != NULL)
        finish (entry, NULL, g_steal_pointer (&error));
      return;
    }

  entry = g_hash_table_lookup (self->calls, id);
  if (entry != NULL && held)
    {
      entry->sent = FALSE;
      entry->held = TRUE;
    }

  for (guint i = 0; i < uploads->len && g_hash_table_contains (self->calls, id); i++)
    signalr_upload_begin (uploads->pdata[i], self, ids->pdata[i]);
}

/* A stream that is not wanted any more is cancelled, and those to the server end; a
 * plain call runs on.
 */
static void
abandon (Entry  *entry,
         GError *error)
{
  SignalrConnection *self = entry->connection;
  SignalrOutgoing outgoing = { .kind = SIGNALR_OUTGOING_CANCEL, .id = entry->id };
  GPtrArray *uploads = signalr_call_get_uploads (entry->call);

  if ((entry->sent || entry->held) && signalr_call_get_streams (entry->call))
    signalr_connection_send_outgoing (self, &outgoing, NULL);
  for (guint i = 0; i < uploads->len; i++)
    signalr_upload_abandon (uploads->pdata[i]);

  finish (entry, NULL, error);
}

static void
cancelled_cb (SignalrPending *pending,
              gpointer        user_data)
{
  abandon (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                           "The call was cancelled"));
}

static gboolean
timeout_cb (gpointer user_data)
{
  Entry *entry = user_data;

  abandon (entry, error_for (entry, SIGNALR_ERROR_TIMED_OUT, "its time has run out"));

  return G_SOURCE_REMOVE;
}

static gboolean
may_wait (Entry   *entry,
          GError **error)
{
  SignalrConnection *self = entry->connection;

  if (signalr_call_get_policy (entry->call) == SIGNALR_CALL_POLICY_FAIL ||
      self->lifetime.state == SIGNALR_LIFETIME_IDLE ||
      self->lifetime.state == SIGNALR_LIFETIME_STOPPING)
    return FALSE;

  if (self->waiting.length < MAX_WAITING)
    return TRUE;

  g_clear_error (error);
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                       "Too many calls wait for the connection already");

  return FALSE;
}

static gboolean
check_uploads (SignalrCall  *call,
               GError      **error)
{
  GPtrArray *uploads = signalr_call_get_uploads (call);

  for (guint i = 0; i < uploads->len; i++)
    {
      if (signalr_upload_is_used (uploads->pdata[i]))
        {
          g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY,
                               "A stream of the call was given to another call already");
          return FALSE;
        }
    }

  return TRUE;
}

void
signalr_connection_call (SignalrConnection *self,
                         SignalrCall       *call,
                         GTask             *task)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autoptr (GError) error = NULL;

  entry->connection = self;
  entry->hub = g_task_get_source_object (task);
  entry->call = g_object_ref (call);
  entry->id = next_id (self);
  entry->pending = signalr_pending_new (task, self->context, cancelled_cb, entry);
  g_hash_table_insert (self->calls, entry->id, entry);

  if (signalr_call_get_timeout (call) > 0)
    {
      entry->timeout = g_timeout_source_new (signalr_call_get_timeout (call));
      g_source_set_static_name (entry->timeout, "[signalr] time limit of a call");
      g_source_set_callback (entry->timeout, timeout_cb, entry, NULL);
      g_source_attach (entry->timeout, self->context);
    }

  if (!check_uploads (call, &error))
    finish (entry, NULL, g_steal_pointer (&error));
  else if (signalr_connection_check_connected (self, &error))
    send_entry (entry);
  else if (may_wait (entry, &error))
    g_queue_push_tail (&self->waiting, entry);
  else
    finish (entry, NULL, g_steal_pointer (&error));
}

gboolean
signalr_connection_send_call (SignalrConnection  *self,
                              SignalrHubProxy    *hub,
                              const char         *method,
                              JsonNode           *args,
                              GError            **error)
{
  g_autoptr (SignalrCall) call = signalr_call_new (method, args);
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_CALL,
    .hub = signalr_hub_proxy_get_name (hub),
    .method = method,
    .value = signalr_call_get_args (call),
    .state = signalr_hub_proxy_get_state (hub),
  };

  return signalr_connection_send_outgoing (self, &outgoing, error);
}

/* There is a connection again. */
void
signalr_connection_send_waiting (SignalrConnection *self)
{
  while (!g_queue_is_empty (&self->waiting) && signalr_connection_check_connected (self, NULL))
    send_entry (g_queue_pop_head (&self->waiting));
}

/* What was held was not sent, and may be for the first time. */
static gboolean
may_repeat (Entry *entry)
{
  SignalrCallPolicy policy = signalr_call_get_policy (entry->call);

  if (signalr_call_get_uploads (entry->call)->len > 0)
    return FALSE;
  if (entry->held)
    return policy != SIGNALR_CALL_POLICY_FAIL;

  return policy == SIGNALR_CALL_POLICY_REPEAT && !signalr_call_get_streams (entry->call);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  guint64 first = g_ascii_strtoull ((*(Entry **) a)->id, NULL, 10);
  guint64 second = g_ascii_strtoull ((*(Entry **) b)->id, NULL, 10);

  return first < second ? -1 : first > second;
}

static GPtrArray *
list_entries (SignalrConnection *self)
{
  GPtrArray *entries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (entries, entry);
  g_ptr_array_sort (entries, compare_ids);

  return entries;
}

/* The connection is lost: what was sent is answered no more, but may be asked
 * again; what waits goes on waiting.
 */
void
signalr_connection_interrupt_calls (SignalrConnection *self,
                                    SignalrError       code,
                                    const char        *why)
{
  g_autoptr (GPtrArray) entries = list_entries (self);

  for (guint i = entries->len; i > 0; i--)
    {
      Entry *entry = entries->pdata[i - 1];

      if (!entry->sent && !entry->held)
        continue;

      if (may_repeat (entry))
        {
          entry->sent = entry->held = FALSE;
          g_queue_push_head (&self->waiting, entry);
        }
      else
        {
          finish (entry, NULL, error_for (entry, code, why));
        }
    }
}

/* The same connection is there again, and what was held is on its way. */
void
signalr_connection_resume_calls (SignalrConnection *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      /* It was on its way twice, or waited: its answer measures nothing. */
      entry->sent_at = 0;
      entry->sent |= entry->held;
      entry->held = FALSE;
    }
}

/* @why: the end of a sentence */
void
signalr_connection_fail_calls (SignalrConnection *self,
                               SignalrError       code,
                               const char        *why)
{
  g_autoptr (GPtrArray) entries = list_entries (self);

  for (guint i = 0; i < entries->len; i++)
    finish (entries->pdata[i], NULL, error_for (entries->pdata[i], code, why));
}

/* A classic server answers a call that wanted no answer, too: without an id. */
static Entry *
find_entry (SignalrConnection *self,
            SignalrIncoming   *incoming)
{
  return incoming->id != NULL ? g_hash_table_lookup (self->calls, incoming->id) : NULL;
}

/* What was posted, or its answer, broke off by itself: the connection lives on. An
 * answer that cannot be read would come again.
 */
static gboolean
is_lost (const GError *error)
{
  return error->domain == SIGNALR_ERROR && error->code != SIGNALR_ERROR_INVALID_DATA &&
         error->code != SIGNALR_ERROR_TOO_LARGE &&
         signalr_error_get_delivery (error) != SIGNALR_DELIVERY_FAILED;
}

static gboolean
again_cb (gpointer user_data)
{
  Entry *entry = user_data;

  g_clear_pointer (&entry->again, g_source_unref);
  signalr_connection_send_waiting (entry->connection);

  return G_SOURCE_REMOVE;
}

/* @error: (transfer full) */
static void
lose (Entry  *entry,
      GError *error)
{
  SignalrConnection *self = entry->connection;

  if (!may_repeat (entry))
    {
      finish (entry, NULL, error);
      return;
    }

  g_debug ("%s is called again: %s", signalr_call_get_method (entry->call), error->message);
  g_error_free (error);
  entry->sent = FALSE;
  g_queue_push_tail (&self->waiting, entry);

  entry->again = g_timeout_source_new (AGAIN_MS);
  g_source_set_static_name (entry->again, "[signalr] call again");
  g_source_set_callback (entry->again, again_cb, entry, NULL);
  g_source_attach (entry->again, self->context);
}

void
signalr_connection_take_result (SignalrConnection *self,
                                SignalrIncoming   *incoming)
{
  Entry *entry = find_entry (self, incoming);
  JsonNode *value;

  if (entry == NULL)
    return;

  if (incoming->state != NULL)
    signalr_hub_proxy_merge_state (entry->hub, incoming->state);
  if (incoming->error != NULL && is_lost (incoming->error))
    {
      lose (entry, g_steal_pointer (&incoming->error));
      return;
    }

  if (entry->sent_at != 0)
    signalr_connection_note_round_trip (self, g_get_monotonic_time () - entry->sent_at);

  if (incoming->error != NULL)
    {
      finish (entry, NULL, g_steal_pointer (&incoming->error));
      return;
    }

  value = incoming->value != NULL ? g_steal_pointer (&incoming->value)
                                  : json_node_new (JSON_NODE_NULL);
  finish (entry, value, NULL);
}

void
signalr_connection_take_item (SignalrConnection *self,
                              SignalrIncoming   *incoming)
{
  Entry *entry = find_entry (self, incoming);

  if (entry != NULL)
    {
      g_autoptr (SignalrCall) call = g_object_ref (entry->call);

      signalr_call_take_item (call, incoming->value);
    }
}

void
signalr_connection_take_progress (SignalrConnection *self,
                                  SignalrIncoming   *incoming)
{
  Entry *entry = find_entry (self, incoming);

  if (entry != NULL)
    {
      g_autoptr (SignalrCall) call = g_object_ref (entry->call);

      if (incoming->state != NULL)
        signalr_hub_proxy_merge_state (entry->hub, incoming->state);
      signalr_call_take_progress (call, incoming->value);
    }
}
