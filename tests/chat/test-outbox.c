/* test-outbox.c: what is written is not lost, whatever happens to it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/tertulia-delivery-private.h>
#include <chat/tertulia-store-private.h>

#include <glib/gstdio.h>

/* In no pair does a message of ours become another kind of message, and nothing
 * undoes that it was sent.
 */
static void
test_every_pair (void)
{
  for (TertuliaMessageState state = TERTULIA_MESSAGE_QUEUED; state <= TERTULIA_MESSAGE_FAILED; state++)
    {
      for (TertuliaDeliveryEvent event = 0; event < TERTULIA_DELIVERY_N_EVENTS; event++)
        {
          TertuliaMessageState next = tertulia_delivery_step (state, event);

          g_assert_cmpint (next, >=, TERTULIA_MESSAGE_QUEUED);
          if (state == TERTULIA_MESSAGE_SENT)
            g_assert_cmpint (next, ==, TERTULIA_MESSAGE_SENT);
          if (event == TERTULIA_DELIVERY_SEEN)
            g_assert_cmpint (next, ==, TERTULIA_MESSAGE_SENT);

          /* What may have arrived is never taken for what never left, but by the user. */
          if (state == TERTULIA_MESSAGE_UNKNOWN && event != TERTULIA_DELIVERY_RETRY)
            g_assert_cmpint (next, !=, TERTULIA_MESSAGE_QUEUED);

          /* The program does not bring back what has failed. */
          if (state == TERTULIA_MESSAGE_FAILED && event == TERTULIA_DELIVERY_SEND)
            g_assert_cmpint (next, ==, TERTULIA_MESSAGE_FAILED);
        }
    }
}

static void
test_way (void)
{
  TertuliaMessageState state = TERTULIA_MESSAGE_QUEUED;

  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_SEND);
  g_assert_cmpint (state, ==, TERTULIA_MESSAGE_SENDING);
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_NOT_SENT);
  g_assert_cmpint (state, ==, TERTULIA_MESSAGE_QUEUED);
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_SEND);
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_UNANSWERED);
  g_assert_cmpint (state, ==, TERTULIA_MESSAGE_UNKNOWN);

  /* It asks, unless to say it twice is harmless. */
  g_assert_false (tertulia_delivery_may_send (state, FALSE));
  g_assert_true (tertulia_delivery_may_send (state, TRUE));

  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_SEND);
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_REFUSED);
  g_assert_cmpint (state, ==, TERTULIA_MESSAGE_FAILED);
  g_assert_false (tertulia_delivery_may_send (state, TRUE));
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_RETRY);
  g_assert_true (tertulia_delivery_may_send (state, FALSE));
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_SEND);
  state = tertulia_delivery_step (state, TERTULIA_DELIVERY_ACCEPTED);
  g_assert_cmpint (state, ==, TERTULIA_MESSAGE_SENT);
}

typedef struct {
  char          *folder;
  char          *path;
  TertuliaStore *store;
} Fixture;

static void
fixture_open (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->store, tertulia_store_unref);
  fixture->store = tertulia_store_new (fixture->path, "http://server/chat", "Ana", &error);
  g_assert_no_error (error);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("tertulia-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "chat.db", NULL);
  fixture_open (fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_clear_pointer (&fixture->store, tertulia_store_unref);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
put (Fixture              *fixture,
     const char           *key,
     const char           *text,
     TertuliaMessageState  state,
     const char           *error)
{
  g_autoptr (TertuliaEntry) entry = tertulia_entry_new (0, "Ana", text, key, 1000);

  tertulia_store_put_outbox (fixture->store, "general", entry, state, error);
}

static void
hear (Fixture    *fixture,
      gint64      number,
      const char *text)
{
  g_autoptr (TertuliaEntry) entry = tertulia_entry_new (number, "Luis", text, NULL, 2000);

  tertulia_store_add_message (fixture->store, "general", entry, FALSE);
}

static TertuliaStoredMessage *
nth (GPtrArray *messages,
     guint      index)
{
  g_assert_cmpuint (index, <, messages->len);

  return g_ptr_array_index (messages, index);
}

static void
test_outbox_survives (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) outbox = NULL;

  put (fixture, "1", "first", TERTULIA_MESSAGE_QUEUED, NULL);
  put (fixture, "2", "second", TERTULIA_MESSAGE_QUEUED, NULL);
  put (fixture, "3", "third", TERTULIA_MESSAGE_FAILED, "Too long");
  put (fixture, "1", "first", TERTULIA_MESSAGE_SENDING, NULL);

  fixture_open (fixture);
  outbox = tertulia_store_load_outbox (fixture->store, "general");
  g_assert_cmpuint (outbox->len, ==, 3);
  g_assert_cmpstr (nth (outbox, 0)->entry->text, ==, "first");
  g_assert_cmpstr (nth (outbox, 0)->entry->name, ==, "Ana");
  g_assert_cmpint (nth (outbox, 0)->entry->time, ==, 1000);
  g_assert_cmpint (nth (outbox, 0)->state, ==, TERTULIA_MESSAGE_SENDING);
  g_assert_cmpint (nth (outbox, 1)->state, ==, TERTULIA_MESSAGE_QUEUED);
  g_assert_cmpint (nth (outbox, 2)->state, ==, TERTULIA_MESSAGE_FAILED);
  g_assert_cmpstr (nth (outbox, 2)->error, ==, "Too long");
}

static void
test_settled (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (TertuliaEntry) entry = tertulia_entry_new (7, "Ana", "first", "1", 1500);
  g_autoptr (GPtrArray) outbox = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *history = NULL;
  gint64 last, last_read;

  put (fixture, "1", "first", TERTULIA_MESSAGE_SENDING, NULL);
  put (fixture, "2", "second", TERTULIA_MESSAGE_QUEUED, NULL);
  tertulia_store_settle (fixture->store, "general", entry);
  tertulia_store_drop_outbox (fixture->store, "2");

  fixture_open (fixture);
  outbox = tertulia_store_load_outbox (fixture->store, "general");
  g_assert_cmpuint (outbox->len, ==, 0);

  messages = tertulia_store_load_messages (fixture->store, "general", 10);
  g_assert_cmpuint (messages->len, ==, 1);
  g_assert_true (nth (messages, 0)->own);
  g_assert_cmpint (nth (messages, 0)->state, ==, TERTULIA_MESSAGE_SENT);
  g_assert_cmpint (nth (messages, 0)->entry->number, ==, 7);

  tertulia_store_get_position (fixture->store, "general", &history, &last, &last_read);
  g_assert_cmpint (last, ==, 7);
}

static void
test_messages (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GPtrArray) messages = NULL;

  tertulia_store_begin (fixture->store);
  for (guint i = 1; i <= 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      hear (fixture, i, text);
      hear (fixture, i, "told twice");
    }
  tertulia_store_commit (fixture->store);

  messages = tertulia_store_load_messages (fixture->store, "general", 10);
  g_assert_cmpuint (messages->len, ==, 10);
  g_assert_cmpstr (nth (messages, 0)->entry->text, ==, "21");
  g_assert_cmpstr (nth (messages, 9)->entry->text, ==, "30");
  g_assert_cmpint (nth (messages, 9)->state, ==, TERTULIA_MESSAGE_RECEIVED);
}

/* When the server begins a new history, what was said stays, and its numbers are
 * forgotten.
 */
static void
test_new_history (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *history = NULL;
  g_autofree char *same = NULL;
  gint64 last, last_read;

  tertulia_store_set_history (fixture->store, "general", "one");
  hear (fixture, 1, "before");
  tertulia_store_set_read (fixture->store, "general", 1);
  tertulia_store_set_history (fixture->store, "general", "one");
  tertulia_store_get_position (fixture->store, "general", &same, &last, &last_read);
  g_assert_cmpstr (same, ==, "one");
  g_assert_cmpint (last, ==, 1);
  g_assert_cmpint (last_read, ==, 1);

  tertulia_store_set_history (fixture->store, "general", "two");
  tertulia_store_get_position (fixture->store, "general", &history, &last, &last_read);
  g_assert_cmpstr (history, ==, "two");
  g_assert_cmpint (last, ==, 0);
  g_assert_cmpint (last_read, ==, 0);

  hear (fixture, 1, "after");
  messages = tertulia_store_load_messages (fixture->store, "general", 10);
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpstr (nth (messages, 0)->entry->text, ==, "before");
  g_assert_cmpstr (nth (messages, 1)->entry->text, ==, "after");
}

static void
test_rooms (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (TertuliaStore) other = NULL;
  g_auto (GStrv) rooms = NULL;
  g_auto (GStrv) none = NULL;

  tertulia_store_add_room (fixture->store, "general");
  tertulia_store_add_room (fixture->store, "a");
  tertulia_store_add_room (fixture->store, "b");
  tertulia_store_forget_room (fixture->store, "a");
  hear (fixture, 1, "not a reason to join");

  fixture_open (fixture);
  rooms = tertulia_store_list_rooms (fixture->store);
  g_assert_cmpstrv (rooms, ((const char *[]) { "general", "b", NULL }));

  /* Another person's on the same server, in the same file. */
  other = tertulia_store_new (fixture->path, "http://server/chat", "Luis", NULL);
  none = tertulia_store_list_rooms (other);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/every-pair", test_every_pair);
  g_test_add_func ("/outbox/way", test_way);
#define add(name, func) \
  g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  add ("/outbox/survives", test_outbox_survives);
  add ("/outbox/settled", test_settled);
  add ("/store/messages", test_messages);
  add ("/store/new-history", test_new_history);
  add ("/store/rooms", test_rooms);

  return g_test_run ();
}
