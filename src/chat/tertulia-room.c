/* tertulia-room.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-room-inside-private.h"

#define LOADED_ROWS     500                    /* of the history on disk */
#define TYPING_PAUSE    (3 * G_USEC_PER_SEC)   /* between two words of ours */

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

void
tertulia_room_set_live (TertuliaRoom *self,
                        gboolean      live)
{
  if (self->live == live)
    return;

  self->live = live;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
}

void
tertulia_room_set_unread (TertuliaRoom *self,
                          guint         unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
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
  g_clear_pointer (&self->known, g_hash_table_unref);
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
