/* tertulia-room-hub.c: what a room and its hub say to each other
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-room-inside-private.h"

#include <string.h>

#include "tertulia-message-private.h"

#define MAX_TEXT_BYTES (64 * 1024)

TertuliaMessage *
tertulia_room_make_message (TertuliaRoom        *self,
                            const TertuliaEntry *entry,
                            gboolean             own)
{
  g_autoptr (GDateTime) time = tertulia_entry_get_time (entry);
  g_autofree char *id = NULL;
  TertuliaMessage *message;

  id = entry->key != NULL ? g_strdup (entry->key) : g_uuid_string_random ();
  message = tertulia_message_new (id, entry->name, entry->text, time, own,
                                  own ? TERTULIA_MESSAGE_SENT : TERTULIA_MESSAGE_RECEIVED);
  tertulia_message_set_number (message, entry->number);

  return message;
}

/* A message in whatever history: its key is its author's, and its time stays. */
static char *
make_mark (const char *name,
           const char *key,
           gint64      time,
           const char *text)
{
  if (key != NULL)
    return g_strconcat (name, "\n", key, NULL);

  return g_strdup_printf ("%s\n\n%" G_GINT64_FORMAT "\n%s", name, time, text);
}

/* The numbers of another history mean nothing in the next: but servers that are one
 * chat have the same messages.
 */
static void
tertulia_room_mark_known (TertuliaRoom *self)
{
  GListModel *messages = tertulia_log_get_model (self->log);

  g_clear_pointer (&self->known, g_hash_table_unref);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (TertuliaMessage) message = g_list_model_get_item (messages, i);
      TertuliaMessageState state = tertulia_message_get_state (message);
      const char *name = tertulia_message_get_author (message);

      if (state != TERTULIA_MESSAGE_SENT && state != TERTULIA_MESSAGE_RECEIVED)
        continue;

      g_hash_table_add (self->known, make_mark (name, tertulia_message_get_id (message), 0, NULL));
      g_hash_table_add (self->known,
                        make_mark (name, NULL, tertulia_time_to_ms (tertulia_message_get_time (message)),
                                   tertulia_message_get_text (message)));
    }
}

static gboolean
tertulia_room_knows (TertuliaRoom        *self,
                     const TertuliaEntry *entry)
{
  g_autofree char *mark = make_mark (entry->name, entry->key, entry->time, entry->text);

  return self->known != NULL && g_hash_table_contains (self->known, mark);
}

static void
tertulia_room_show (TertuliaRoom        *self,
                    const TertuliaEntry *entry,
                    gboolean             is_news)
{
  gboolean own = g_str_equal (entry->name, self->own_name);
  g_autoptr (TertuliaMessage) message = NULL;

  if (tertulia_outbox_see (self->outbox, entry) || tertulia_room_knows (self, entry))
    return;

  message = tertulia_room_make_message (self, entry, own);
  tertulia_store_add_message (self->store, self->name, entry, own);
  tertulia_log_add (self->log, message);

  if (is_news && !own)
    {
      tertulia_typing_end (self->typing, entry->name);
      tertulia_room_set_unread (self, self->unread + 1);
    }
}

static void
tertulia_room_show_all (TertuliaRoom *self,
                        GPtrArray    *entries,
                        gboolean      are_news)
{
  if (entries->len == 0)
    return;

  tertulia_store_begin (self->store);
  for (guint i = 0; i < entries->len; i++)
    tertulia_room_show (self, g_ptr_array_index (entries, i), are_news);
  tertulia_store_commit (self->store);
}

static void
tertulia_room_show_notice (TertuliaRoom *self,
                           const char   *about,
                           const char   *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (TertuliaMessage) notice = NULL;

  notice = tertulia_message_new (id, about, text, now, FALSE, TERTULIA_MESSAGE_NOTICE);
  tertulia_log_add (self->log, notice);
}

/* Nothing is missing: what waits may go out. */
static void
tertulia_room_go_live (TertuliaRoom *self)
{
  tertulia_room_set_live (self, TRUE);
  tertulia_outbox_open (self->outbox, self->gateway, self->tutorial,
                        self->tutorial ? G_MAXINT64 : self->sequence.last);
}

static void tertulia_room_ask (TertuliaRoom *self);

static void
tertulia_room_fill (TertuliaRoom *self,
                    TertuliaPage *page,      /* (transfer full) */
                    gboolean      are_news)
{
  g_autoptr (GPtrArray) shown = NULL;
  gboolean ask;

  shown = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
  ask = tertulia_sequence_fill (&self->sequence, page, shown);
  tertulia_room_show_all (self, shown, are_news);

  if (ask)
    tertulia_room_ask (self);
  else
    tertulia_room_go_live (self);
}

/* An answer is of use only to the connection that was asked. */
typedef struct {
  TertuliaRoom *room;
  guint         epoch;
} Question;

static Question *
question_new (TertuliaRoom *self)
{
  Question *question = g_new0 (Question, 1);

  question->room = g_object_ref (self);
  question->epoch = self->epoch;

  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->room);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
tertulia_room_asked_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  TertuliaRoom *self = question->room;
  g_autoptr (TertuliaPage) page = NULL;
  g_autoptr (GError) error = NULL;

  page = tertulia_gateway_history_finish (TERTULIA_GATEWAY (source), result, &error);
  if (self->epoch != question->epoch)
    return;

  /* What the server cannot tell any more stays missing; if the connection is the
   * reason, the next one asks again.
   */
  if (page == NULL)
    {
      g_debug ("The history was not told: %s", error->message);
      if (signalr_error_get_delivery (error) != SIGNALR_DELIVERY_FAILED)
        return;
      page = g_new0 (TertuliaPage, 1);
      page->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
    }

  tertulia_room_fill (self, g_steal_pointer (&page), TRUE);
}

static void
tertulia_room_ask (TertuliaRoom *self)
{
  tertulia_room_set_live (self, FALSE);
  tertulia_gateway_history_async (self->gateway, self->name, self->sequence.last,
                                  NULL, tertulia_room_asked_cb, question_new (self));
}

static void
tertulia_room_joined (TertuliaRoom   *self,
                      TertuliaJoined *joined)
{
  TertuliaPage *page = g_steal_pointer (&joined->page);
  gboolean known = self->history != NULL;
  gboolean same = g_strcmp0 (self->history, joined->history) == 0;

  g_free (self->own_name);
  self->own_name = g_steal_pointer (&joined->name);
  tertulia_outbox_set_own_name (self->outbox, self->own_name);
  tertulia_people_replace (self->people, joined->people);

  if (!same)
    {
      g_free (self->history);
      self->history = g_steal_pointer (&joined->history);
      tertulia_store_set_history (self->store, self->name, self->history);
      tertulia_outbox_forget_numbers (self->outbox);
      tertulia_room_mark_known (self);
      tertulia_sequence_reset (&self->sequence);
      self->last_read = 0;
      /* The page is the newest: that there are older ones is no gap. */
      page->more = FALSE;
    }

  /* In a room where one was never before, nothing is unread. */
  tertulia_room_fill (self, page, known);
}

static void
tertulia_room_entered_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  TertuliaRoom *self = question->room;
  g_autoptr (TertuliaJoined) joined = NULL;
  g_autoptr (GError) error = NULL;

  joined = tertulia_gateway_join_finish (TERTULIA_GATEWAY (source), result, &error);
  if (self->epoch != question->epoch)
    return;

  if (error != NULL)
    {
      g_debug ("%s was not joined: %s", self->name, error->message);
    }
  else if (joined == NULL)
    {
      self->tutorial = TRUE;
      tertulia_room_go_live (self);
    }
  else if (joined->refusal != NULL)
    {
      tertulia_room_show_notice (self, self->own_name, joined->refusal);
    }
  else
    {
      self->tutorial = FALSE;
      tertulia_room_joined (self, joined);
    }
}

/*< private >
 * tertulia_room_enter:
 *
 * There is a connection. Joining again is silent for the others.
 */
void
tertulia_room_enter (TertuliaRoom    *self,
                     TertuliaGateway *gateway)
{
  tertulia_room_pause (self);
  g_set_object (&self->gateway, gateway);
  tertulia_gateway_join_async (gateway, self->name, self->own_name,
                               self->history, self->sequence.last,
                               NULL, tertulia_room_entered_cb, question_new (self));
}

void
tertulia_room_pause (TertuliaRoom *self)
{
  tertulia_outbox_halt (self->outbox);
  tertulia_sequence_pause (&self->sequence);
  tertulia_room_set_live (self, FALSE);
  g_clear_object (&self->gateway);
  self->epoch++;
}

void
tertulia_room_hear (TertuliaRoom        *self,
                    const TertuliaEntry *entry)
{
  g_autoptr (GPtrArray) shown = NULL;
  TertuliaEntry *copy;

  if (self->gateway == NULL)
    return;

  shown = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
  copy = tertulia_entry_new (entry->number, entry->name, entry->text, entry->key, entry->time);

  if (tertulia_sequence_hear (&self->sequence, copy, shown))
    tertulia_room_ask (self);

  tertulia_room_show_all (self, shown, TRUE);
}

void
tertulia_room_see (TertuliaRoom *self,
                   const char   *name,
                   const char   *event)
{
  g_autofree char *text = tertulia_people_apply (self->people, name, event);

  if (text != NULL && self->live && !g_str_equal (name, self->own_name))
    tertulia_room_show_notice (self, name, text);
}

void
tertulia_room_overhear (TertuliaRoom *self,
                        const char   *name,
                        const char   *text)
{
  g_autoptr (TertuliaEntry) entry = NULL;

  /* Until it is known that this is a tutorial's hub, it may tell the same twice. */
  if (!self->tutorial || !self->live || strlen (text) > MAX_TEXT_BYTES)
    return;

  if (g_str_equal (name, self->own_name) && tertulia_outbox_overhear (self->outbox, text))
    return;

  entry = tertulia_entry_new (0, name, text, NULL, g_get_real_time () / 1000);
  tertulia_room_show (self, entry, TRUE);
}

void
tertulia_room_notice_typing (TertuliaRoom *self,
                             const char   *name)
{
  if (!g_str_equal (name, self->own_name))
    tertulia_typing_begin (self->typing, name);
}
