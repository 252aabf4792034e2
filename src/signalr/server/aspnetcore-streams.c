/* aspnetcore-streams.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "server-upload-private.h"
#include "signalr-error.h"
#include "signalr-hub-private.h"
#include "signalr-invocation-private.h"

#define CONNECTION_CLOSED "The underlying connection was closed."

/* What the client was asked: by a task here, or by another server. */
typedef struct {
  SignalrHub *hub;
  char       *id;
  GTask      *task;
  GSource    *cancelled;         /* NULL where it cannot be */
  char       *return_channel;    /* instead of the task */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  signalr_hub_note_question (question->hub, question->id, FALSE);
  g_object_unref (question->hub);
  g_free (question->id);
  if (question->cancelled != NULL)
    g_source_destroy (question->cancelled);
  g_clear_pointer (&question->cancelled, g_source_unref);
  g_clear_object (&question->task);
  g_free (question->return_channel);
  g_free (question);
}

GPtrArray *
signalr_aspnetcore_begin_uploads (SignalrAspnetcoreConnection *self,
                                  const char * const          *ids)
{
  GPtrArray *uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) signalr_server_upload_unref);

  if (self->uploads == NULL)
    self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) signalr_server_upload_unref);

  for (gsize i = 0; ids[i] != NULL; i++)
    {
      SignalrServerUpload *upload = signalr_server_upload_new (self->base.host->loop->turn, &self->resumption);

      g_ptr_array_add (uploads, upload);
      g_hash_table_insert (self->uploads, g_strdup (ids[i]), signalr_server_upload_ref (upload));
    }

  return uploads;
}

void
signalr_aspnetcore_end_uploads (SignalrAspnetcoreConnection *self,
                                const char * const          *ids)
{
  for (gsize i = 0; ids[i] != NULL; i++)
    {
      SignalrServerUpload *upload = g_hash_table_lookup (self->uploads, ids[i]);

      if (upload == NULL)
        continue;

      signalr_server_upload_end (upload, NULL);
      g_hash_table_remove (self->uploads, ids[i]);
    }
}

/* Returns FALSE where the method does not read as fast as the client sends. What is
 * of no stream came too late.
 */
gboolean
signalr_aspnetcore_take_item (SignalrAspnetcoreConnection *self,
                              SignalrRecord               *record)
{
  SignalrServerUpload *upload = NULL;

  if (self->uploads != NULL)
    upload = g_hash_table_lookup (self->uploads, record->invocation_id);
  if (upload == NULL)
    return TRUE;

  if (signalr_server_upload_is_full (upload))
    return FALSE;

  if (!record->mended)
    {
      signalr_server_upload_push (upload, record->item);
      return TRUE;
    }

  signalr_server_upload_end (upload, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, "Failed to bind Stream message."));
  g_hash_table_remove (self->uploads, record->invocation_id);

  return TRUE;
}

static gboolean
end_upload (SignalrAspnetcoreConnection *self,
            SignalrRecord               *record)
{
  SignalrServerUpload *upload = NULL;
  GError *error = NULL;

  if (self->uploads != NULL)
    upload = g_hash_table_lookup (self->uploads, record->invocation_id);
  if (upload == NULL)
    return FALSE;

  if (record->error != NULL)
    error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, record->error);
  signalr_server_upload_end (upload, error);
  g_hash_table_remove (self->uploads, record->invocation_id);

  return TRUE;
}

static void
tell_server (SignalrAspnetcoreConnection *self,
             const char                  *return_channel,
             const SignalrRecord         *completion)
{
  SignalrBackplane *backplane = signalr_host_get_backplane (self->base.host, self->hub);

  if (backplane != NULL)
    backplane->klass->answer (backplane, return_channel, self->encoding, completion);
}

static void
refuse_server (SignalrAspnetcoreConnection *self,
               const char                  *return_channel,
               const char                  *id,
               const char                  *error)
{
  tell_server (self, return_channel, &(SignalrRecord) {
    .type = SIGNALR_RECORD_COMPLETION,
    .invocation_id = (char *) id,
    .error = (char *) error,
  });
}

void
signalr_aspnetcore_return_result (GTask               *task,
                                  const SignalrRecord *record)
{
  if (record->error != NULL || !record->has_result)
    g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_HUB, "%s",
                             record->error != NULL ? record->error : "The client gave no result.");
  else if (record->mended)
    g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "A value of the client's result cannot be held.");
  else if (record->item != NULL)
    g_task_return_pointer (task, json_node_ref (record->item), (GDestroyNotify) json_node_unref);
  else
    g_task_return_pointer (task, json_node_new (JSON_NODE_NULL), (GDestroyNotify) json_node_unref);
}

/* Another client was asked that. */
static void
refuse_answer (SignalrAspnetcoreConnection *self,
               const char                  *id)
{
  GError *error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_FORBIDDEN,
                               "Connection ID '%s' is not valid for invocation ID '%s'.",
                               signalr_server_connection_get_id (&self->base), id);

  signalr_aspnetcore_connection_broke (self, error);
}

static void
answer_question (SignalrAspnetcoreConnection *self,
                 SignalrRecord               *record)
{
  Question *question = NULL;
  g_autoptr (GTask) task = NULL;
  g_autofree char *return_channel = NULL;

  if (self->questions != NULL)
    question = g_hash_table_lookup (self->questions, record->invocation_id);
  if (question == NULL)
    {
      if (signalr_hub_has_question (self->hub, record->invocation_id))
        refuse_answer (self, record->invocation_id);
      return;
    }

  task = g_steal_pointer (&question->task);
  return_channel = g_steal_pointer (&question->return_channel);
  g_hash_table_remove (self->questions, record->invocation_id);

  if (task != NULL)
    signalr_aspnetcore_return_result (task, record);
  else
    tell_server (self, return_channel, record);
}

/* The end of what the client streams up, or the result of what it was asked. */
void
signalr_aspnetcore_take_completion (SignalrAspnetcoreConnection *self,
                                    SignalrRecord               *record)
{
  if (!end_upload (self, record))
    answer_question (self, record);
}

static gboolean
question_cancelled_cb (GCancellable *cancellable,
                       gpointer      user_data)
{
  GTask *task = user_data;
  SignalrAspnetcoreConnection *self = g_task_get_task_data (task);
  GHashTableIter iter;
  Question *question;

  g_task_return_error_if_cancelled (task);

  g_hash_table_iter_init (&iter, self->questions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &question))
    {
      if (question->task == task)
        g_hash_table_iter_remove (&iter);
    }

  return G_SOURCE_REMOVE;
}

/* Whoever asks within a call of the same client lets the next call go first: else
 * what is asked could never be read.
 */
static Question *
add_question (SignalrAspnetcoreConnection *self,
              const char                  *id)
{
  Question *question = g_new0 (Question, 1);

  if (self->questions == NULL)
    self->questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, question_free);
  g_hash_table_insert (self->questions, g_strdup (id), question);
  question->hub = g_object_ref (self->hub);
  question->id = g_strdup (id);
  signalr_hub_note_question (self->hub, id, TRUE);

  self->slot = NULL;
  if (self->stalled != NULL)
    signalr_turn_add (self->base.host->loop->turn, &self->resumption);

  return question;
}

gboolean
signalr_aspnetcore_ask (SignalrServerConnection *base,
                        const char              *method,
                        JsonNode                *args,
                        GTask                   *task)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;
  g_autoptr (JsonNode) none = json_node_new (JSON_NODE_ARRAY);
  g_autofree char *id = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Question *question;

  if (!self->accepted || self->endpoint != NULL)
    return FALSE;

  id = g_strdup_printf ("s%" G_GUINT64_FORMAT, signalr_hub_next_question (self->hub));
  json_node_take_array (none, json_array_new ());
  signalr_aspnetcore_connection_send (self, &(SignalrRecord) {
    .type = SIGNALR_RECORD_INVOCATION,
    .invocation_id = id,
    .target = (char *) method,
    .arguments = args != NULL ? args : none,
  });

  question = add_question (self, id);
  question->task = g_object_ref (task);
  g_task_set_task_data (task, signalr_server_connection_ref (self), signalr_server_connection_unref);
  if (cancellable != NULL)
    {
      question->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (question->cancelled, "[signalr] question cancelled");
      g_source_set_callback (question->cancelled, G_SOURCE_FUNC (question_cancelled_cb), task, NULL);
      g_source_attach (question->cancelled, base->host->loop->context);
    }

  return TRUE;
}

/*< private >
 * signalr_aspnetcore_pass_question:
 * @message: the call, with @id in it
 *
 * The client gets it as it came, and so it has to be in the encoding of the client.
 */
void
signalr_aspnetcore_pass_question (SignalrAspnetcoreConnection *self,
                                  const char                  *id,
                                  const char                  *return_channel,
                                  SignalrMessage              *message)
{
  SignalrForm form = self->encoding == SIGNALR_ENCODING_MESSAGEPACK ? SIGNALR_FORM_RECORD_MESSAGEPACK
                                                                    : SIGNALR_FORM_RECORD_JSON;

  if (signalr_message_get (message, form) == NULL)
    {
      refuse_server (self, return_channel, id, "The client speaks another protocol.");
      return;
    }

  if (self->questions != NULL && g_hash_table_size (self->questions) >= self->base.host->max_calls)
    {
      refuse_server (self, return_channel, id, "Too many questions wait for this client.");
      return;
    }

  add_question (self, id)->return_channel = g_strdup (return_channel);
  self->base.klass->send (&self->base, message);
}

void
signalr_aspnetcore_end_streams (SignalrAspnetcoreConnection *self)
{
  g_autoptr (GHashTable) questions = g_steal_pointer (&self->questions);
  g_autoptr (GPtrArray) calls = NULL;
  GHashTableIter iter;
  gpointer key, value;

  /* Whoever hears that may answer at once, and so leave the list. */
  if (self->calls != NULL)
    calls = g_ptr_array_copy (self->calls, (GCopyFunc) (gpointer) g_object_ref, NULL);
  for (guint i = 0; calls != NULL && i < calls->len; i++)
    {
      signalr_invocation_cancel (g_ptr_array_index (calls, i));
      g_object_unref (g_ptr_array_index (calls, i));
    }

  if (self->uploads != NULL)
    {
      g_hash_table_iter_init (&iter, self->uploads);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          signalr_server_upload_end (value, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED, CONNECTION_CLOSED));
          g_hash_table_iter_remove (&iter);
        }
    }

  if (questions == NULL)
    return;

  g_hash_table_iter_init (&iter, questions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      Question *question = value;

      if (question->task != NULL)
        g_task_return_new_error (question->task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                                 "Connection '%s' disconnected.", signalr_server_connection_get_id (&self->base));
      else
        refuse_server (self, question->return_channel, key, "Connection disconnected.");
    }
}
