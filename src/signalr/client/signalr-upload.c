/* signalr-upload.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "upload-private.h"

#include "connection-private.h"
#include "pending-private.h"

/* Of what waits for the call to be made. */
#define MAX_WAITING 1000

/* Nobody tells when a transport has room again. */
#define LOOK_AGAIN_MS 20

/**
 * SignalrUpload:
 *
 * A stream from the client to a hub method (ASP.NET Core only).
 *
 * It is given to a [class@Call]. What is pushed before that call is made waits
 * for it. The stream ends with [method@Upload.complete] or [method@Upload.fail];
 * or by the server, which needs no more of it when the method has answered.
 *
 * Since: 1.0
 */
struct _SignalrUpload {
  GObject            parent_instance;

  SignalrConnection *connection;  /* not owned; NULL before it begins, and once it ended */
  char              *id;
  GQueue             waiting;     /* JsonNode */
  gboolean           completed;   /* by the application */
  char              *message;     /* why it failed */
  gboolean           ended;

  SignalrPending    *pushing;     /* for which there was no room */
  JsonNode          *item;        /* of that */
  GSource           *look;
};

G_DEFINE_FINAL_TYPE (SignalrUpload, signalr_upload, G_TYPE_OBJECT)

enum {
  SIGNAL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
signalr_upload_finalize (GObject *object)
{
  SignalrUpload *self = SIGNALR_UPLOAD (object);

  g_free (self->id);
  g_free (self->message);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) json_node_unref);

  G_OBJECT_CLASS (signalr_upload_parent_class)->finalize (object);
}

static void
signalr_upload_class_init (SignalrUploadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = signalr_upload_finalize;

  /**
   * SignalrUpload::ended:
   *
   * Nothing more is wanted: the method has answered, or the connection is lost.
   *
   * Since: 1.0
   */
  signals[SIGNAL_ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
signalr_upload_init (SignalrUpload *self)
{
  g_queue_init (&self->waiting);
}

/**
 * signalr_upload_new:
 *
 * A stream to be given to a call with [method@Call.add_upload]; items can be
 * pushed before that.
 *
 * Returns: (transfer full): a stream that nobody takes yet
 *
 * Since: 1.0
 */
SignalrUpload *
signalr_upload_new (void)
{
  return g_object_new (SIGNALR_TYPE_UPLOAD, NULL);
}

static gboolean
send_item (SignalrUpload  *self,
           JsonNode       *item,
           gboolean        promised,
           GError        **error)
{
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_ITEM,
    .promised = promised,
    .id = self->id,
    .value = item,
  };

  return signalr_connection_send_outgoing (self->connection, &outgoing, error);
}

/* @message: (nullable): why it failed */
static void
send_end (SignalrUpload *self,
          const char    *message)
{
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_RESULT,
    .promised = TRUE,
    .id = self->id,
    .error = message,
  };

  signalr_connection_send_outgoing (self->connection, &outgoing, NULL);
}

/**
 * signalr_upload_push:
 * @item: (transfer none): the next item
 *
 * Sends an item, or keeps it until the call is made.
 *
 * Returns: %TRUE where it was taken; %FALSE with `SIGNALR_ERROR_QUEUE_FULL` where
 *   too much is waiting already, try again later; with
 *   `SIGNALR_ERROR_NOT_CONNECTED` where nothing more is wanted; or with
 *   `SIGNALR_ERROR_INVALID_DATA`
 *
 * Since: 1.0
 */
gboolean
signalr_upload_push (SignalrUpload  *self,
                     JsonNode       *item,
                     GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_UPLOAD (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);
  g_return_val_if_fail (!self->completed, FALSE);

  if (self->connection != NULL)
    return send_item (self, item, FALSE, error);

  if (self->ended)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                           "Nothing more is wanted of this stream");
      return FALSE;
    }

  if (self->waiting.length == MAX_WAITING)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                           "Too much waits for the call to be made already");
      return FALSE;
    }

  g_queue_push_tail (&self->waiting, json_node_ref (item));

  return TRUE;
}

static void
stop_looking (SignalrUpload *self)
{
  if (self->look != NULL)
    g_source_destroy (self->look);
  g_clear_pointer (&self->look, g_source_unref);
  g_clear_pointer (&self->item, json_node_unref);
}

static void
pushing_cancelled_cb (SignalrPending *pending,
                      gpointer        user_data)
{
  SignalrUpload *self = user_data;

  stop_looking (self);
  self->pushing = NULL;
  signalr_pending_return_error (pending,
                                g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                     "The item is not wanted any more"));
}

/* Whether it was answered. */
static gboolean
try_to_push (SignalrUpload *self)
{
  g_autoptr (GError) error = NULL;

  if (self->completed)
    error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                                 "The stream has ended");
  else if (!signalr_upload_push (self, self->item, &error) &&
           g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL))
    return FALSE;

  stop_looking (self);
  if (error != NULL)
    signalr_pending_return_error (g_steal_pointer (&self->pushing), g_steal_pointer (&error));
  else
    signalr_pending_return_boolean (g_steal_pointer (&self->pushing), TRUE);

  return TRUE;
}

static gboolean
look_cb (gpointer user_data)
{
  return try_to_push (user_data) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/**
 * signalr_upload_push_async:
 * @item: (transfer none): the next item
 * @cancellable: (nullable): takes the item back, while there is no room for it
 * @callback: called when the item was taken, or cannot be
 * @user_data: for @callback
 *
 * Sends an item, and waits where too much is waiting already: the next item is to
 * be pushed when this one was taken, and so the stream is no faster than its way.
 *
 * Since: 1.0
 */
void
signalr_upload_push_async (SignalrUpload       *self,
                           JsonNode            *item,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  SignalrPending *pending;
  GTask *task;

  g_return_if_fail (SIGNALR_IS_UPLOAD (self));
  g_return_if_fail (item != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_upload_push_async);
  pending = signalr_pending_new (task, context, pushing_cancelled_cb, self);
  if (self->pushing != NULL)
    {
      signalr_pending_return_error (pending,
                                    g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_BUSY,
                                                         "Another item waits already"));
      return;
    }

  self->pushing = pending;
  self->item = json_node_ref (item);
  if (try_to_push (self))
    return;

  self->look = g_timeout_source_new (LOOK_AGAIN_MS);
  g_source_set_static_name (self->look, "[signalr] room for an item");
  g_source_set_callback (self->look, look_cb, self, NULL);
  g_source_attach (self->look, context);
}

/**
 * signalr_upload_push_finish:
 * @result: what the callback was given
 *
 * Ends [method@Upload.push_async].
 *
 * Returns: whether the item was taken; otherwise @error is as that of
 *   [method@Upload.push], or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
gboolean
signalr_upload_push_finish (SignalrUpload  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_upload_complete:
 *
 * Ends the stream: everything was sent.
 *
 * Since: 1.0
 */
void
signalr_upload_complete (SignalrUpload *self)
{
  g_return_if_fail (SIGNALR_IS_UPLOAD (self));
  g_return_if_fail (!self->completed);

  self->completed = TRUE;
  if (self->connection != NULL)
    send_end (self, self->message);
}

/**
 * signalr_upload_fail:
 * @message: why, not empty
 *
 * Ends the stream with an error, which the hub method gets when it reads on.
 *
 * Since: 1.0
 */
void
signalr_upload_fail (SignalrUpload *self,
                     const char    *message)
{
  g_return_if_fail (SIGNALR_IS_UPLOAD (self));
  g_return_if_fail (message != NULL && *message != '\0');
  g_return_if_fail (!self->completed);

  self->message = g_strdup (message);
  signalr_upload_complete (self);
}

gboolean
signalr_upload_is_used (SignalrUpload *self)
{
  return self->id != NULL;
}

void
signalr_upload_begin (SignalrUpload     *self,
                      SignalrConnection *connection,
                      const char        *id)
{
  JsonNode *item;

  self->connection = connection;
  self->id = g_strdup (id);

  while ((item = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (!send_item (self, item, TRUE, &error))
        g_debug ("An item could not be sent: %s", error->message);
      json_node_unref (item);
    }

  if (self->completed)
    send_end (self, self->message);
}

void
signalr_upload_abandon (SignalrUpload *self)
{
  if (self->connection != NULL && !self->completed)
    send_end (self, "The call was cancelled");
}

static gboolean
ended_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_ENDED], 0);

  return G_SOURCE_REMOVE;
}

/* Its handlers may do anything: not here, among the calls of the connection. */
void
signalr_upload_end (SignalrUpload *self,
                    GMainContext  *context)
{
  g_autoptr (GSource) source = NULL;

  if (self->ended)
    return;

  self->ended = TRUE;
  self->connection = NULL;
  g_queue_clear_full (&self->waiting, (GDestroyNotify) json_node_unref);

  source = g_idle_source_new ();
  g_source_set_static_name (source, "[signalr] upload ended");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, ended_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, context);
}
