/* tertulia-room.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-room-private.h"

#include "tertulia-log-private.h"
#include "tertulia-message-private.h"
#include "tertulia-outbox-private.h"
#include "tertulia-people-private.h"
#include "tertulia-sequence-private.h"
#include "tertulia-typing-private.h"

#define LOADED_ROWS     500                    /* of the history on disk */
#define TYPING_PAUSE    (3 * G_USEC_PER_SEC)   /* between two words of ours */
#define MAX_TEXT_BYTES  (64 * 1024)

/**
 * TertuliaRoom:
 *
 * A room as its people see it: what was said, each message once and in the
 * server's order; below it what is written here and on its way; who is there.
 *
 * What was missed is shown before what is told now, so a room that is `live`
 * shows all that was said.
 */
struct _TertuliaRoom {
  GObject           parent_instance;

  char             *name;
  char             *own_name;
  TertuliaStore    *store;
  TertuliaLog      *log;
  TertuliaPeople   *people;
  TertuliaOutbox   *outbox;

  TertuliaGateway  *gateway;      /* (nullable): while there is a connection */
  guint             epoch;        /* counts the connections */
  gboolean          tutorial;
  gboolean          live;
  TertuliaSequence  sequence;
  char             *history;      /* (nullable): the id of the server's */

  guint             unread;
  gint64            last_read;
  gint64            typed_at;     /* when the others were told last that we write */
  TertuliaTyping   *typing;
};

G_DEFINE_FINAL_TYPE (TertuliaRoom, tertulia_room, G_TYPE_OBJECT)

typedef enum {
  PROP_NAME = 1,
  PROP_MESSAGES,
  PROP_PEOPLE,
  PROP_UNREAD,
  PROP_LIVE,
  PROP_N_FAILED,
  PROP_N_UNSENT,
  PROP_TYPING,
} TertuliaRoomProperty;

static GParamSpec *properties[PROP_TYPING + 1];

static void
tertulia_room_set_live (TertuliaRoom *self,
                        gboolean      live)
{
  if (self->live == live)
    return;

  self->live = live;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
}

static void
tertulia_room_set_unread (TertuliaRoom *self,
                          guint         unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
}

static TertuliaMessage *
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

static void
tertulia_room_show (TertuliaRoom        *self,
                    const TertuliaEntry *entry,
                    gboolean             is_news)
{
  gboolean own = g_str_equal (entry->name, self->own_name);
  g_autoptr (TertuliaMessage) message = NULL;

  if (tertulia_outbox_see (self->outbox, entry))
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

static void
tertulia_room_typing_changed_cb (gpointer user_data)
{
  g_object_notify_by_pspec (user_data, properties[PROP_TYPING]);
}

static void
tertulia_room_outbox_changed_cb (TertuliaRoom *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FAILED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSENT]);
}

/* What was said is there at once, before there is any connection. */
static void
tertulia_room_load (TertuliaRoom *self)
{
  g_autoptr (GPtrArray) stored = tertulia_store_load_messages (self->store, self->name, LOADED_ROWS);
  gint64 last;

  tertulia_store_get_position (self->store, self->name, &self->history, &last, &self->last_read);
  tertulia_sequence_init (&self->sequence, last);

  for (guint i = 0; i < stored->len; i++)
    {
      TertuliaStoredMessage *old = g_ptr_array_index (stored, i);
      g_autoptr (TertuliaMessage) message = tertulia_room_make_message (self, old->entry, old->own);

      tertulia_log_add (self->log, message);
      if (!old->own && old->entry->number > self->last_read)
        self->unread++;
    }
}

static void
tertulia_room_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TertuliaRoom *self = TERTULIA_ROOM (object);

  switch ((TertuliaRoomProperty) property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_MESSAGES:
      g_value_set_object (value, tertulia_room_get_messages (self));
      break;

    case PROP_PEOPLE:
      g_value_set_object (value, tertulia_room_get_people (self));
      break;

    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;

    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;

    case PROP_N_FAILED:
      g_value_set_uint (value, tertulia_room_get_n_failed (self));
      break;

    case PROP_N_UNSENT:
      g_value_set_uint (value, tertulia_room_get_n_unsent (self));
      break;

    case PROP_TYPING:
      g_value_set_boxed (value, tertulia_typing_get_names (self->typing));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_room_dispose (GObject *object)
{
  TertuliaRoom *self = TERTULIA_ROOM (object);

  if (self->outbox != NULL)
    {
      tertulia_outbox_halt (self->outbox);
      g_signal_handlers_disconnect_by_data (self->outbox, self);
    }
  g_clear_object (&self->gateway);

  G_OBJECT_CLASS (tertulia_room_parent_class)->dispose (object);
}

static void
tertulia_room_finalize (GObject *object)
{
  TertuliaRoom *self = TERTULIA_ROOM (object);

  g_clear_object (&self->outbox);
  tertulia_people_free (self->people);
  tertulia_log_unref (self->log);
  tertulia_sequence_clear (&self->sequence);
  g_clear_pointer (&self->store, tertulia_store_unref);
  tertulia_typing_free (self->typing);
  g_free (self->history);
  g_free (self->own_name);
  g_free (self->name);

  G_OBJECT_CLASS (tertulia_room_parent_class)->finalize (object);
}

static void
tertulia_room_class_init (TertuliaRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = tertulia_room_dispose;
  object_class->finalize = tertulia_room_finalize;
  object_class->get_property = tertulia_room_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_PEOPLE] = g_param_spec_object ("people", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE, flags);
  properties[PROP_N_FAILED] = g_param_spec_uint ("n-failed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_UNSENT] = g_param_spec_uint ("n-unsent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_TYPING] = g_param_spec_boxed ("typing", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_room_init (TertuliaRoom *self)
{
  self->log = tertulia_log_new ();
  self->people = tertulia_people_new ();
  self->typing = tertulia_typing_new (tertulia_room_typing_changed_cb, self);
}

/*< private >
 * tertulia_room_new:
 * @name: as the hub writes it
 * @own_name: who the user is in it
 *
 * Returns: (transfer full): a room with what is known of it
 */
TertuliaRoom *
tertulia_room_new (const char    *name,
                   const char    *own_name,
                   TertuliaStore *store)
{
  TertuliaRoom *self = g_object_new (TERTULIA_TYPE_ROOM, NULL);

  self->name = g_strdup (name);
  self->own_name = g_strdup (own_name);
  self->store = tertulia_store_ref (store);
  tertulia_room_load (self);
  self->outbox = tertulia_outbox_new (name, own_name, self->log, store);
  g_signal_connect_swapped (self->outbox, "changed",
                            G_CALLBACK (tertulia_room_outbox_changed_cb), self);

  return self;
}

/**
 * tertulia_room_get_name:
 *
 * Returns: its name, without a #
 */
const char *
tertulia_room_get_name (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), NULL);

  return self->name;
}

/**
 * tertulia_room_get_messages:
 *
 * Returns: (transfer none): a list of #TertuliaMessage, the last 5,000: what was
 *   said in the server's order, then what is not sent yet in that of writing
 */
GListModel *
tertulia_room_get_messages (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), NULL);

  return tertulia_log_get_model (self->log);
}

/**
 * tertulia_room_get_people:
 *
 * Returns: (transfer none): a list of #TertuliaPerson, by name; empty where the
 *   hub has no such list
 */
GListModel *
tertulia_room_get_people (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), NULL);

  return tertulia_people_get_model (self->people);
}

/**
 * tertulia_room_get_unread:
 *
 * Returns: how many messages of others have come since tertulia_room_mark_read()
 */
guint
tertulia_room_get_unread (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), 0);

  return self->unread;
}

/**
 * tertulia_room_get_live:
 *
 * Returns: whether what is shown is all that was said
 */
gboolean
tertulia_room_get_live (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), FALSE);

  return self->live;
}

/**
 * tertulia_room_get_n_failed:
 *
 * Returns: how many messages will not be sent, or sent again, unless the user
 *   says so
 */
guint
tertulia_room_get_n_failed (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), 0);

  return tertulia_outbox_count (self->outbox, TRUE);
}

/**
 * tertulia_room_get_n_unsent:
 *
 * Returns: how many messages are not known to be sent, for whatever reason
 */
guint
tertulia_room_get_n_unsent (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), 0);

  return tertulia_outbox_count (self->outbox, FALSE);
}

/**
 * tertulia_room_get_typing:
 *
 * Returns: (array zero-terminated=1) (transfer none): who is writing now
 */
const char * const *
tertulia_room_get_typing (TertuliaRoom *self)
{
  g_return_val_if_fail (TERTULIA_IS_ROOM (self), NULL);

  return tertulia_typing_get_names (self->typing);
}

/**
 * tertulia_room_mark_read:
 *
 * All that is shown has been seen.
 */
void
tertulia_room_mark_read (TertuliaRoom *self)
{
  g_return_if_fail (TERTULIA_IS_ROOM (self));

  if (self->last_read != self->sequence.last)
    {
      self->last_read = self->sequence.last;
      tertulia_store_set_read (self->store, self->name, self->last_read);
    }
  tertulia_room_set_unread (self, 0);
}

/**
 * tertulia_room_send:
 * @text: what the user wrote
 *
 * Queues @text, to be sent as soon as there is a connection. When this returns
 * it is on disk and a row of the messages.
 */
void
tertulia_room_send (TertuliaRoom *self,
                    const char   *text)
{
  g_autofree char *valid = NULL;

  g_return_if_fail (TERTULIA_IS_ROOM (self));
  g_return_if_fail (text != NULL);

  valid = g_utf8_make_valid (text, -1);
  self->typed_at = 0;
  tertulia_outbox_send (self->outbox, valid);
}

/**
 * tertulia_room_retry:
 * @message: one of the room's, failed or unknown
 *
 * Sends it again: the user says so.
 */
void
tertulia_room_retry (TertuliaRoom    *self,
                     TertuliaMessage *message)
{
  g_return_if_fail (TERTULIA_IS_ROOM (self));
  g_return_if_fail (TERTULIA_IS_MESSAGE (message));

  tertulia_outbox_retry (self->outbox, message);
}

/**
 * tertulia_room_discard:
 * @message: one of the room's, not sent
 *
 * Forgets it. One that is being sent, or is sent, stays.
 */
void
tertulia_room_discard (TertuliaRoom    *self,
                       TertuliaMessage *message)
{
  g_return_if_fail (TERTULIA_IS_ROOM (self));
  g_return_if_fail (TERTULIA_IS_MESSAGE (message));

  tertulia_outbox_discard (self->outbox, message);
}

/**
 * tertulia_room_type:
 *
 * Tells the others that the user is writing, where the hub can tell; every three
 * seconds at most, however often it is called.
 */
void
tertulia_room_type (TertuliaRoom *self)
{
  gint64 now = g_get_monotonic_time ();

  g_return_if_fail (TERTULIA_IS_ROOM (self));

  if (!self->live || self->tutorial ||
      (self->typed_at != 0 && now - self->typed_at < TYPING_PAUSE))
    return;

  self->typed_at = now;
  tertulia_gateway_type (self->gateway, self->name);
}
