/* tertulia-message.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-message-private.h"

/**
 * TertuliaMessage:
 *
 * One message of a room, or one notice in its flow. A message of our own has a
 * state that moves on; of anybody else's nothing changes.
 */
struct _TertuliaMessage {
  GObject               parent_instance;

  char                 *id;
  char                 *author;
  char                 *text;
  GDateTime            *time;
  gboolean              own;
  TertuliaMessageState  state;
  char                 *error;
  gint64                since;
  gint64                number;
};

G_DEFINE_FINAL_TYPE (TertuliaMessage, tertulia_message, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TertuliaMessageState, tertulia_message_state,
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_RECEIVED, "received"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_NOTICE, "notice"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_SENDING, "sending"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_MESSAGE_FAILED, "failed"))

typedef enum {
  PROP_ID = 1,
  PROP_AUTHOR,
  PROP_TEXT,
  PROP_TIME,
  PROP_OWN,
  PROP_STATE,
  PROP_ERROR,
  PROP_SINCE,
} TertuliaMessageProperty;

static GParamSpec *properties[PROP_SINCE + 1];

static void
tertulia_message_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TertuliaMessage *self = TERTULIA_MESSAGE (object);

  switch ((TertuliaMessageProperty) property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_AUTHOR:
      g_value_set_string (value, self->author);
      break;

    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;

    case PROP_TIME:
      g_value_set_boxed (value, self->time);
      break;

    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;

    case PROP_SINCE:
      g_value_set_int64 (value, self->since);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_message_finalize (GObject *object)
{
  TertuliaMessage *self = TERTULIA_MESSAGE (object);

  g_free (self->id);
  g_free (self->author);
  g_free (self->text);
  g_date_time_unref (self->time);
  g_free (self->error);

  G_OBJECT_CLASS (tertulia_message_parent_class)->finalize (object);
}

static void
tertulia_message_class_init (TertuliaMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tertulia_message_finalize;
  object_class->get_property = tertulia_message_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_AUTHOR] = g_param_spec_string ("author", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_TIME] = g_param_spec_boxed ("time", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL,
                                              TERTULIA_TYPE_MESSAGE_STATE,
                                              TERTULIA_MESSAGE_RECEIVED, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL,
                                               0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_message_init (TertuliaMessage *self)
{
  self->since = g_get_monotonic_time ();
}

/*< private >
 * tertulia_message_new:
 * @id: unique among all messages of a server
 * @author: who wrote it, as they call themselves
 * @text: what they wrote
 * @time: when
 * @own: whether it was written here
 * @state: how far it has come
 *
 * Returns: (transfer full): a message
 */
TertuliaMessage *
tertulia_message_new (const char           *id,
                      const char           *author,
                      const char           *text,
                      GDateTime            *time,
                      gboolean              own,
                      TertuliaMessageState  state)
{
  TertuliaMessage *self = g_object_new (TERTULIA_TYPE_MESSAGE, NULL);

  self->id = g_strdup (id);
  self->author = g_strdup (author);
  self->text = g_strdup (text);
  self->time = g_date_time_ref (time);
  self->own = own;
  self->state = state;

  return self;
}

/*< private >
 * tertulia_message_set_state:
 * @error: (nullable): one sentence that says why, for a state that needs one
 */
void
tertulia_message_set_state (TertuliaMessage      *self,
                            TertuliaMessageState  state,
                            const char           *error)
{
  g_object_freeze_notify (G_OBJECT (self));

  if (self->state != state)
    {
      self->state = state;
      self->since = g_get_monotonic_time ();
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SINCE]);
    }

  if (g_strcmp0 (self->error, error) != 0)
    {
      g_free (self->error);
      self->error = g_strdup (error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

/*< private >
 * tertulia_message_set_time:
 * @time: when it was written, as the server says
 */
void
tertulia_message_set_time (TertuliaMessage *self,
                           GDateTime       *time)
{
  if (g_date_time_equal (self->time, time))
    return;

  g_date_time_unref (self->time);
  self->time = g_date_time_ref (time);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME]);
}

gint64
tertulia_message_get_number (TertuliaMessage *self)
{
  return self->number;
}

void
tertulia_message_set_number (TertuliaMessage *self,
                             gint64           number)
{
  self->number = number;
}

/**
 * tertulia_message_get_id:
 *
 * Returns: its id, unique among all messages of the server
 */
const char *
tertulia_message_get_id (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), NULL);

  return self->id;
}

/**
 * tertulia_message_get_author:
 *
 * Returns: who wrote it; of a notice, whom it is about
 */
const char *
tertulia_message_get_author (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), NULL);

  return self->author;
}

/**
 * tertulia_message_get_text:
 *
 * Returns: what it says; never markup
 */
const char *
tertulia_message_get_text (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), NULL);

  return self->text;
}

/**
 * tertulia_message_get_time:
 *
 * Returns: (transfer none): when it was written, as the server says where it
 *   says so; local time
 */
GDateTime *
tertulia_message_get_time (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), NULL);

  return self->time;
}

/**
 * tertulia_message_get_own:
 *
 * Returns: whether it was written here
 */
gboolean
tertulia_message_get_own (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), FALSE);

  return self->own;
}

/**
 * tertulia_message_get_state:
 *
 * Returns: how far it has come
 */
TertuliaMessageState
tertulia_message_get_state (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), TERTULIA_MESSAGE_RECEIVED);

  return self->state;
}

/**
 * tertulia_message_get_error:
 *
 * Returns: (nullable): one sentence that says why it is not sent
 */
const char *
tertulia_message_get_error (TertuliaMessage *self)
{
  g_return_val_if_fail (TERTULIA_IS_MESSAGE (self), NULL);

  return self->error;
}
