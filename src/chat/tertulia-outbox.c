/* tertulia-outbox.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-outbox-private.h"

#include <glib/gi18n-lib.h>

#include "tertulia-delivery-private.h"
#include "tertulia-message-private.h"
#include "tertulia-text-private.h"

/* A text from before the program was started is not sent by itself when it is
 * older: nobody knows any more what it was an answer to.
 */
#define RESEND_LIMIT (10 * 60 * 1000)   /* ms */
#define AGAIN        1000               /* ms, after a queue was full */

/* A tutorial's hub tells everybody what we say, ourselves too. */
#define MAX_ECHOES   100

/**
 * TertuliaOutbox:
 *
 * What is written in a room, until it is known to be in the server's order.
 * Every step is on disk before it is taken.
 */
struct _TertuliaOutbox {
  GObject          parent_instance;

  char            *room;
  char            *own_name;
  TertuliaLog     *log;
  TertuliaStore   *store;

  TertuliaGateway *gateway;    /* (nullable): while messages go out */
  gboolean         tutorial;
  TertuliaMessage *sending;    /* (nullable): the one that waits for its answer */
  GHashTable      *held;       /* messages that only the user sends */
  GQueue           echoes;     /* texts that a tutorial's hub will tell us again */
  GSource         *again;
};

G_DEFINE_FINAL_TYPE (TertuliaOutbox, tertulia_outbox, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void tertulia_outbox_flush (TertuliaOutbox *self);

static TertuliaEntry *
tertulia_outbox_make_entry (TertuliaOutbox  *self,
                            TertuliaMessage *message)
{
  return tertulia_entry_new (tertulia_message_get_number (message),
                             self->own_name,
                             tertulia_message_get_text (message),
                             tertulia_message_get_id (message),
                             tertulia_time_to_ms (tertulia_message_get_time (message)));
}

/* On disk first: what a crash leaves behind is never less than what was shown. */
static void
tertulia_outbox_keep (TertuliaOutbox       *self,
                      TertuliaMessage      *message,
                      TertuliaMessageState  state,
                      const char           *error)
{
  g_autoptr (TertuliaEntry) entry = tertulia_outbox_make_entry (self, message);

  tertulia_store_put_outbox (self->store, self->room, entry, state, error);
  tertulia_message_set_state (message, state, error);
}

static void
tertulia_outbox_set_state (TertuliaOutbox       *self,
                           TertuliaMessage      *message,
                           TertuliaMessageState  state,
                           const char           *error)
{
  tertulia_outbox_keep (self, message, state, error);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
tertulia_outbox_step (TertuliaOutbox        *self,
                      TertuliaMessage       *message,
                      TertuliaDeliveryEvent  event,
                      const char            *error)
{
  TertuliaMessageState state = tertulia_message_get_state (message);
  TertuliaMessageState next = tertulia_delivery_step (state, event);

  if (next != state)
    tertulia_outbox_set_state (self, message, next, error);
}

/* It has its place among what was said. */
static void
tertulia_outbox_settle (TertuliaOutbox  *self,
                        TertuliaMessage *message)
{
  g_autoptr (TertuliaEntry) entry = tertulia_outbox_make_entry (self, message);

  tertulia_store_settle (self->store, self->room, entry);
  tertulia_message_set_state (message, TERTULIA_MESSAGE_SENT, NULL);
  tertulia_log_settle (self->log, message);
  g_hash_table_remove (self->held, message);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
tertulia_outbox_again_cb (gpointer user_data)
{
  TertuliaOutbox *self = user_data;

  g_clear_pointer (&self->again, g_source_unref);
  tertulia_outbox_flush (self);

  return G_SOURCE_REMOVE;
}

static void
tertulia_outbox_flush_later (TertuliaOutbox *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (self->again != NULL)
    return;

  self->again = g_timeout_source_new (AGAIN);
  g_source_set_static_name (self->again, "[tertulia] outbox");
  g_source_set_callback (self->again, tertulia_outbox_again_cb, self, NULL);
  g_source_attach (self->again, context);
}

/* What an error means for the message. */
static TertuliaDeliveryEvent
event_of_error (const GError    *error,
                SignalrDelivery  delivery)
{
  if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE) ||
      g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA) ||
      g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_HUB))
    return TERTULIA_DELIVERY_REFUSED;

  switch (delivery)
    {
    case SIGNALR_DELIVERY_NOT_SENT:
      return TERTULIA_DELIVERY_NOT_SENT;

    case SIGNALR_DELIVERY_FAILED:
      return TERTULIA_DELIVERY_REFUSED;

    case SIGNALR_DELIVERY_UNKNOWN:
    default:
      return TERTULIA_DELIVERY_UNANSWERED;
    }
}

static void
tertulia_outbox_sent (TertuliaOutbox  *self,
                      TertuliaMessage *message,
                      gint64           number)
{
  if (tertulia_message_get_state (message) == TERTULIA_MESSAGE_SENT)
    return;

  if (!self->tutorial)
    {
      /* Where it stands is known when the room tells it. */
      tertulia_message_set_number (message, number);
      tertulia_outbox_step (self, message, TERTULIA_DELIVERY_ACCEPTED, NULL);
      return;
    }

  if (g_queue_get_length (&self->echoes) == MAX_ECHOES)
    g_free (g_queue_pop_head (&self->echoes));
  g_queue_push_tail (&self->echoes, g_strdup (tertulia_message_get_text (message)));
  tertulia_outbox_settle (self, message);
}

static void
tertulia_outbox_sent_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (TertuliaOutbox) self = user_data;
  g_autoptr (TertuliaMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  SignalrDelivery delivery;
  TertuliaDeliveryEvent event;
  gint64 number, time;

  if (tertulia_gateway_send_finish (TERTULIA_GATEWAY (source), result,
                                    &number, &time, &delivery, &error))
    event = TERTULIA_DELIVERY_ACCEPTED;
  else
    event = event_of_error (error, delivery);

  message = g_steal_pointer (&self->sending);
  if (event == TERTULIA_DELIVERY_ACCEPTED)
    tertulia_outbox_sent (self, message, number);
  else
    tertulia_outbox_step (self, message, event,
                          event == TERTULIA_DELIVERY_REFUSED ? error->message : NULL);

  /* It would come back at once while a queue is full. */
  if (event == TERTULIA_DELIVERY_NOT_SENT || event == TERTULIA_DELIVERY_UNANSWERED)
    tertulia_outbox_flush_later (self);
  else
    tertulia_outbox_flush (self);
}

static void
tertulia_outbox_flush (TertuliaOutbox *self)
{
  if (self->gateway == NULL || self->sending != NULL)
    return;

  for (guint i = 0; i < tertulia_log_get_n_pending (self->log); i++)
    {
      TertuliaMessage *message = tertulia_log_get_pending (self->log, i);

      if (g_hash_table_contains (self->held, message) ||
          !tertulia_delivery_may_send (tertulia_message_get_state (message), !self->tutorial))
        continue;

      self->sending = g_object_ref (message);
      tertulia_outbox_step (self, message, TERTULIA_DELIVERY_SEND, NULL);

      if (self->tutorial)
        tertulia_gateway_say_async (self->gateway, self->own_name,
                                    tertulia_message_get_text (message),
                                    NULL, tertulia_outbox_sent_cb, g_object_ref (self));
      else
        tertulia_gateway_post_async (self->gateway, self->room,
                                     tertulia_message_get_id (message),
                                     tertulia_message_get_text (message),
                                     NULL, tertulia_outbox_sent_cb, g_object_ref (self));
      return;
    }
}

/* What an earlier run of the program left. */
static void
tertulia_outbox_load (TertuliaOutbox *self)
{
  g_autoptr (GPtrArray) stored = tertulia_store_load_outbox (self->store, self->room);
  gint64 now = g_get_real_time () / 1000;

  for (guint i = 0; i < stored->len; i++)
    {
      TertuliaStoredMessage *old = g_ptr_array_index (stored, i);
      g_autoptr (GDateTime) time = tertulia_entry_get_time (old->entry);
      g_autoptr (TertuliaMessage) message = NULL;
      TertuliaMessageState state;

      state = tertulia_delivery_step (old->state, TERTULIA_DELIVERY_RESTARTED);
      message = tertulia_message_new (old->entry->key, old->entry->name, old->entry->text,
                                      time, TRUE, state);
      tertulia_message_set_state (message, state, old->error);
      tertulia_log_add_pending (self->log, message);

      if (now - old->entry->time <= RESEND_LIMIT)
        continue;

      if (state == TERTULIA_MESSAGE_QUEUED)
        tertulia_outbox_set_state (self, message, TERTULIA_MESSAGE_FAILED,
                                   _("It was not sent before Tertulia was closed"));
      else
        g_hash_table_add (self->held, g_object_ref (message));
    }
}

static void
tertulia_outbox_finalize (GObject *object)
{
  TertuliaOutbox *self = TERTULIA_OUTBOX (object);

  tertulia_outbox_halt (self);
  g_clear_object (&self->sending);
  g_hash_table_unref (self->held);
  g_queue_clear_full (&self->echoes, g_free);
  g_clear_pointer (&self->log, tertulia_log_unref);
  g_clear_pointer (&self->store, tertulia_store_unref);
  g_free (self->room);
  g_free (self->own_name);

  G_OBJECT_CLASS (tertulia_outbox_parent_class)->finalize (object);
}

static void
tertulia_outbox_class_init (TertuliaOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tertulia_outbox_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
tertulia_outbox_init (TertuliaOutbox *self)
{
  self->held = g_hash_table_new_full (g_direct_hash, g_direct_equal, g_object_unref, NULL);
  g_queue_init (&self->echoes);
}

TertuliaOutbox *
tertulia_outbox_new (const char    *room,
                     const char    *own_name,
                     TertuliaLog   *log,
                     TertuliaStore *store)
{
  TertuliaOutbox *self = g_object_new (TERTULIA_TYPE_OUTBOX, NULL);

  self->room = g_strdup (room);
  self->own_name = g_strdup (own_name);
  self->log = tertulia_log_ref (log);
  self->store = tertulia_store_ref (store);
  tertulia_outbox_load (self);

  return self;
}

void
tertulia_outbox_set_own_name (TertuliaOutbox *self,
                              const char     *own_name)
{
  g_free (self->own_name);
  self->own_name = g_strdup (own_name);
}

/* A message that the server has and the room has not told, although it told what
 * came after: it is not in the server's history any more, or in another one.
 */
static void
tertulia_outbox_settle_accepted (TertuliaOutbox *self,
                                 gint64          last)
{
  for (guint i = 0; i < tertulia_log_get_n_pending (self->log);)
    {
      TertuliaMessage *message = tertulia_log_get_pending (self->log, i);

      if (tertulia_message_get_state (message) == TERTULIA_MESSAGE_SENT &&
          tertulia_message_get_number (message) <= last)
        tertulia_outbox_settle (self, message);
      else
        i++;
    }
}

void
tertulia_outbox_forget_numbers (TertuliaOutbox *self)
{
  for (guint i = 0; i < tertulia_log_get_n_pending (self->log); i++)
    tertulia_message_set_number (tertulia_log_get_pending (self->log, i), 0);
}

/*< private >
 * tertulia_outbox_open:
 * @tutorial: whether the hub has the shape of a tutorial, and does not refuse
 *   duplicates
 * @last: the number up to which the room has told all
 */
void
tertulia_outbox_open (TertuliaOutbox  *self,
                      TertuliaGateway *gateway,
                      gboolean         tutorial,
                      gint64           last)
{
  g_set_object (&self->gateway, gateway);
  self->tutorial = tutorial;
  tertulia_outbox_settle_accepted (self, last);
  tertulia_outbox_flush (self);
}

void
tertulia_outbox_halt (TertuliaOutbox *self)
{
  g_clear_object (&self->gateway);
  if (self->again != NULL)
    g_source_destroy (self->again);
  g_clear_pointer (&self->again, g_source_unref);
}

/*< private >
 * tertulia_outbox_send:
 *
 * It is on disk when this returns. A text that no server would take has failed
 * at once, and is there to be copied.
 */
void
tertulia_outbox_send (TertuliaOutbox *self,
                      const char     *text)
{
  g_autofree char *key = g_uuid_string_random ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (TertuliaMessage) message = NULL;

  message = tertulia_message_new (key, self->own_name, text, now, TRUE, TERTULIA_MESSAGE_QUEUED);

  if (tertulia_text_is_valid (text))
    tertulia_outbox_keep (self, message, TERTULIA_MESSAGE_QUEUED, NULL);
  else
    tertulia_outbox_keep (self, message, TERTULIA_MESSAGE_FAILED,
                          _("A message has 1 to 4,000 characters, and no control characters"));

  tertulia_log_add_pending (self->log, message);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  tertulia_outbox_flush (self);
}

void
tertulia_outbox_retry (TertuliaOutbox  *self,
                       TertuliaMessage *message)
{
  g_hash_table_remove (self->held, message);
  if (tertulia_text_is_valid (tertulia_message_get_text (message)))
    tertulia_outbox_step (self, message, TERTULIA_DELIVERY_RETRY, NULL);
  tertulia_outbox_flush (self);
}

/*< private >
 * tertulia_outbox_discard:
 *
 * One that is being sent cannot be taken back any more, and stays.
 */
void
tertulia_outbox_discard (TertuliaOutbox  *self,
                         TertuliaMessage *message)
{
  TertuliaMessageState state = tertulia_message_get_state (message);

  if (state != TERTULIA_MESSAGE_QUEUED && state != TERTULIA_MESSAGE_UNKNOWN &&
      state != TERTULIA_MESSAGE_FAILED)
    return;

  tertulia_store_drop_outbox (self->store, tertulia_message_get_id (message));
  tertulia_log_remove (self->log, message);
  g_hash_table_remove (self->held, message);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gboolean
tertulia_outbox_see (TertuliaOutbox      *self,
                     const TertuliaEntry *entry)
{
  if (entry->key == NULL)
    return FALSE;

  for (guint i = 0; i < tertulia_log_get_n_pending (self->log); i++)
    {
      TertuliaMessage *message = tertulia_log_get_pending (self->log, i);
      g_autoptr (GDateTime) time = NULL;

      if (!g_str_equal (tertulia_message_get_id (message), entry->key))
        continue;

      time = tertulia_entry_get_time (entry);
      tertulia_message_set_number (message, entry->number);
      tertulia_message_set_time (message, time);
      tertulia_outbox_settle (self, message);
      return TRUE;
    }

  return FALSE;
}

/*< private >
 * tertulia_outbox_overhear:
 * @text: what a tutorial's hub told as said by us
 */
gboolean
tertulia_outbox_overhear (TertuliaOutbox *self,
                          const char     *text)
{
  GList *echo = g_queue_find_custom (&self->echoes, text, (GCompareFunc) strcmp);

  if (echo != NULL)
    {
      g_free (echo->data);
      g_queue_delete_link (&self->echoes, echo);
      return TRUE;
    }

  for (guint i = 0; i < tertulia_log_get_n_pending (self->log); i++)
    {
      TertuliaMessage *message = tertulia_log_get_pending (self->log, i);
      TertuliaMessageState state = tertulia_message_get_state (message);

      if ((state == TERTULIA_MESSAGE_SENDING || state == TERTULIA_MESSAGE_UNKNOWN) &&
          g_str_equal (tertulia_message_get_text (message), text))
        {
          tertulia_outbox_settle (self, message);
          return TRUE;
        }
    }

  return FALSE;
}

/*< private >
 * tertulia_outbox_count:
 * @only_failed: only those that ask for the user
 *
 * Returns: how many messages are not sent
 */
guint
tertulia_outbox_count (TertuliaOutbox *self,
                       gboolean        only_failed)
{
  guint n = 0;

  for (guint i = 0; i < tertulia_log_get_n_pending (self->log); i++)
    {
      TertuliaMessage *message = tertulia_log_get_pending (self->log, i);
      TertuliaMessageState state = tertulia_message_get_state (message);
      gboolean asks = state == TERTULIA_MESSAGE_FAILED ||
                      (state == TERTULIA_MESSAGE_UNKNOWN &&
                       (self->tutorial || g_hash_table_contains (self->held, message)));

      if (state != TERTULIA_MESSAGE_SENT && (asks || !only_failed))
        n++;
    }

  return n;
}
