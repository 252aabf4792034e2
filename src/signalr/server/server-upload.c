/* server-upload.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-upload-private.h"

#include "signalr-error.h"

#define CAPACITY 10

struct _SignalrServerUpload {
  SignalrTurn *turn;
  SignalrTask *room;       /* NULL once it has ended */
  SignalrTask  delivery;   /* an answer is never given in the call that asks */
  GQueue       items;      /* of JsonNode */
  gboolean     ended;
  GError      *error;
  GTask       *reader;     /* that waits */
  GSource     *cancelled;  /* it may be told not to */
};

static void signalr_server_upload_deliver_cb (SignalrTask *task);

SignalrServerUpload *
signalr_server_upload_new (SignalrTurn *turn,
                           SignalrTask *room)
{
  SignalrServerUpload *self = g_rc_box_new0 (SignalrServerUpload);

  self->turn = signalr_turn_ref (turn);
  self->room = room;
  self->delivery.func = signalr_server_upload_deliver_cb;
  g_queue_init (&self->items);

  return self;
}

SignalrServerUpload *
signalr_server_upload_ref (SignalrServerUpload *self)
{
  return g_rc_box_acquire (self);
}

static GTask *
signalr_server_upload_take_reader (SignalrServerUpload *self)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);

  return g_steal_pointer (&self->reader);
}

static void
signalr_server_upload_clear (gpointer data)
{
  SignalrServerUpload *self = data;

  signalr_turn_remove (self->turn, &self->delivery);
  g_queue_clear_full (&self->items, (GDestroyNotify) json_node_unref);
  g_clear_error (&self->error);
  signalr_turn_unref (self->turn);
}

void
signalr_server_upload_unref (SignalrServerUpload *self)
{
  g_rc_box_release_full (self, signalr_server_upload_clear);
}

static void
signalr_server_upload_deliver_cb (SignalrTask *task)
{
  SignalrServerUpload *self = (SignalrServerUpload *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrServerUpload, delivery));
  g_autoptr (GTask) reader = NULL;
  JsonNode *item;

  if (self->reader == NULL || (g_queue_is_empty (&self->items) && !self->ended))
    return;

  reader = signalr_server_upload_take_reader (self);
  if (g_task_return_error_if_cancelled (reader))
    return;

  item = g_queue_pop_head (&self->items);
  if (item != NULL && self->room != NULL)
    signalr_turn_add (self->turn, self->room);

  if (item != NULL)
    g_task_return_pointer (reader, item, (GDestroyNotify) json_node_unref);
  else if (self->error != NULL)
    g_task_return_error (reader, g_error_copy (self->error));
  else
    g_task_return_pointer (reader, NULL, NULL);
}

gboolean
signalr_server_upload_is_full (SignalrServerUpload *self)
{
  return self->items.length >= CAPACITY;
}

void
signalr_server_upload_push (SignalrServerUpload *self,
                            JsonNode            *item)
{
  g_queue_push_tail (&self->items, json_node_ref (item));
  signalr_turn_add (self->turn, &self->delivery);
}

void
signalr_server_upload_end (SignalrServerUpload *self,
                           GError              *error)
{
  if (self->ended)
    {
      g_clear_error (&error);
      return;
    }

  self->ended = TRUE;
  self->error = error;
  self->room = NULL;
  signalr_turn_add (self->turn, &self->delivery);
}

static gboolean
signalr_server_upload_cancelled_cb (GCancellable *cancellable,
                                    gpointer      user_data)
{
  g_autoptr (GTask) reader = signalr_server_upload_take_reader (user_data);

  g_task_return_error_if_cancelled (reader);

  return G_SOURCE_REMOVE;
}

void
signalr_server_upload_read (SignalrServerUpload *self,
                            GTask               *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (self->reader != NULL)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_BUSY, "Somebody waits for the next item already");
      g_object_unref (task);
      return;
    }

  self->reader = task;
  signalr_turn_add (self->turn, &self->delivery);

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "[signalr] reading cancelled");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (signalr_server_upload_cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }
}
