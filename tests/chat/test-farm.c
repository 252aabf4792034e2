/* test-farm.c: several servers that are one chat, without a network
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/server/tertulia-farm-private.h>

#include <glib/gstdio.h>

#define S ((gint64) G_USEC_PER_SEC)
#define MAX_NODES 3

typedef struct _Net Net;

typedef struct {
  Net             *net;
  const char      *server;
  TertuliaHistory *history;
  TertuliaRoster  *people;
  TertuliaFarm    *farm;
  gboolean         deaf;        /* what is told does not reach it */
  GString         *told;        /* to its clients: people, and who types */
  GString         *messages;    /* to its clients */
} Node;

typedef struct {
  Node *from;
  char *text;
} Word;

struct _Net {
  Node      nodes[MAX_NODES];
  guint     n_nodes;
  GQueue    words;
  gboolean  down;
  gboolean  twice;         /* each word comes two times */
  guint     loss;          /* so many of a hundred do not come, to each */
  guint     n_words;
  gint64    now;
};

static void
told_cb (TertuliaRosterEvent  event,
         const char          *room,
         const char          *name,
         gpointer             user_data)
{
  static const char * const words[] = { "joined", "left", "lost", "back", "gone" };
  Node *self = user_data;

  g_string_append_printf (self->told, "%s %s %s; ", name, words[event], room);
}

static void
tell_cb (gpointer  owner,
         JsonNode *value)
{
  g_autoptr (JsonNode) owned = value;
  Node *self = owner;
  Word *word;

  if (self->net->down)
    {
      tertulia_farm_fail (self->farm, self->net->now);
      return;
    }

  word = g_new (Word, 1);
  *word = (Word) { self, json_to_string (value, FALSE) };
  g_queue_push_tail (&self->net->words, word);
}

static void
message_cb (gpointer             owner,
            const char          *room,
            const TertuliaEntry *entry)
{
  Node *self = owner;

  g_string_append_printf (self->messages, "%s:%" G_GINT64_FORMAT " %s %s; ", room, entry->number, entry->name, entry->text);
}

static void
typing_cb (gpointer    owner,
           const char *room,
           const char *name)
{
  Node *self = owner;

  g_string_append_printf (self->told, "%s types %s; ", name, room);
}

static gboolean
has_room_cb (gpointer    owner,
             const char *room)
{
  return !g_str_equal (room, "full");
}

static const TertuliaFarmFuncs funcs = { tell_cb, message_cb, typing_cb, has_room_cb };

static void
node_begin (Node       *self,
            const char *path)
{
  g_autoptr (GError) error = NULL;

  self->history = tertulia_history_new (path, 1000, &error);
  g_assert_no_error (error);
  self->people = tertulia_roster_new (told_cb, self);
  self->farm = tertulia_farm_new (self->history, self->people, &funcs, self, &error);
  g_assert_no_error (error);
}

static void
node_end (Node *self)
{
  g_clear_pointer (&self->farm, tertulia_farm_free);
  g_clear_pointer (&self->people, tertulia_roster_free);
  g_clear_pointer (&self->history, tertulia_history_free);
}

static Net *
net_new (guint n_nodes)
{
  static const char * const servers[MAX_NODES] = { "a", "b", "c" };
  Net *self = g_new0 (Net, 1);

  self->now = 1000 * S;
  self->n_nodes = n_nodes;
  for (guint i = 0; i < n_nodes; i++)
    {
      Node *node = &self->nodes[i];

      node->net = self;
      node->server = servers[i];
      node->told = g_string_new (NULL);
      node->messages = g_string_new (NULL);
      node_begin (node, NULL);
    }

  return self;
}

static void
word_free (Word *word)
{
  g_free (word->text);
  g_free (word);
}

static void
net_free (Net *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      node_end (&self->nodes[i]);
      g_string_free (self->nodes[i].told, TRUE);
      g_string_free (self->nodes[i].messages, TRUE);
    }
  g_queue_clear_full (&self->words, (GDestroyNotify) word_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Net, net_free)

static void
net_deliver (Net  *self,
             Word *word)
{
  g_autoptr (JsonNode) value = json_from_string (word->text, NULL);

  self->n_words++;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      Node *node = &self->nodes[i];

      if (node == word->from || node->farm == NULL || node->deaf ||
          (guint) g_test_rand_int_range (0, 100) < self->loss)
        continue;

      tertulia_farm_hear (node->farm, word->from->server, value, self->now);
      if (self->twice)
        tertulia_farm_hear (node->farm, word->from->server, value, self->now);
    }

  word_free (word);
}

/* Everything that happens within @duration. */
static void
net_run (Net    *self,
         gint64  duration)
{
  gint64 end = self->now + duration;
  Word *word;

  while (TRUE)
    {
      gint64 next = end;

      while ((word = g_queue_pop_head (&self->words)) != NULL)
        net_deliver (self, word);

      for (guint i = 0; i < self->n_nodes; i++)
        {
          Node *node = &self->nodes[i];

          if (node->farm == NULL)
            continue;
          next = MIN (next, tertulia_farm_step (node->farm, self->now));
          next = MIN (next, tertulia_roster_step (node->people, self->now));
        }

      if (!g_queue_is_empty (&self->words))
        continue;
      if (self->now >= end)
        return;
      self->now = MAX (next, self->now);
    }
}

static void
node_say (Node       *self,
          const char *room,
          const char *name,
          const char *text,
          const char *key)
{
  TertuliaEntry entry = { 0, (char *) name, (char *) text, (char *) key, 1000 };

  entry.number = tertulia_history_add (self->history, room, name, text, key, 1000, NULL);
  g_assert_cmpint (entry.number, >, 0);
  message_cb (self, room, &entry);
  tertulia_farm_said (self->farm, room, &entry);
}

static void
node_join (Node       *self,
           const char *connection,
           const char *name,
           const char *room)
{
  tertulia_roster_join (self->people, connection, name, room);
  tertulia_roster_join (tertulia_farm_get_own (self->farm), connection, name, room);
}

static void
node_drop (Node       *self,
           const char *connection,
           gboolean    stop_called)
{
  tertulia_roster_drop (self->people, connection, stop_called, 0, self->net->now);
  tertulia_roster_drop (tertulia_farm_get_own (self->farm), connection, stop_called, 0, self->net->now);
}

#define assert_text(text, expected) G_STMT_START { \
  g_assert_cmpstr ((text)->str, ==, (expected)); \
  g_string_truncate ((text), 0); \
} G_STMT_END

static void
test_messages_cross_once (void)
{
  g_autoptr (Net) net = net_new (3);
  Node *a = &net->nodes[0], *b = &net->nodes[1], *c = &net->nodes[2];

  net->twice = TRUE;
  net_run (net, S);
  node_say (a, "x", "Ana", "one", "k1");
  net_run (net, S);
  node_say (b, "x", "Luis", "two", NULL);
  node_say (b, "y", "Luis", "three", NULL);
  net_run (net, S);

  assert_text (a->messages, "x:1 Ana one; x:2 Luis two; y:1 Luis three; ");
  assert_text (b->messages, "x:1 Ana one; x:2 Luis two; y:1 Luis three; ");
  assert_text (c->messages, "x:1 Ana one; x:2 Luis two; y:1 Luis three; ");

  /* Numbers are each server's own. */
  node_say (a, "x", "Ana", "here", NULL);
  node_say (c, "x", "Marta", "there", NULL);
  net_run (net, S);
  assert_text (a->messages, "x:3 Ana here; x:4 Marta there; ");
  assert_text (b->messages, "x:3 Ana here; x:4 Marta there; ");
  assert_text (c->messages, "x:3 Marta there; x:4 Ana here; ");
}

static void
test_key_is_refused_everywhere (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  net_run (net, S);
  net->down = TRUE;
  node_say (a, "x", "Ana", "hello", "k");
  node_say (b, "x", "Ana", "hello", "k");
  net_run (net, 3 * S);
  net->down = FALSE;
  net_run (net, 10 * S);

  assert_text (a->messages, "x:1 Ana hello; ");
  assert_text (b->messages, "x:1 Ana hello; ");

  /* And what comes next is not held up by it. */
  node_say (a, "x", "Ana", "next", "l");
  net_run (net, S);
  assert_text (b->messages, "x:2 Ana next; ");
}

/* An outage of hours loses nothing, and what is missing comes in pages. */
static void
test_outage_loses_nothing (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  net_run (net, S);
  net->down = TRUE;
  net_run (net, 3600 * S);
  for (guint i = 0; i < 450; i++)
    {
      g_autofree char *text = g_strdup_printf ("a%u", i);

      node_say (a, "x", "Ana", text, NULL);
      node_say (b, "y", "Luis", text, NULL);
    }
  g_string_truncate (a->messages, 0);
  g_string_truncate (b->messages, 0);

  net->down = FALSE;
  net_run (net, 2 * S);
  g_assert_cmpint (tertulia_history_get_last (b->history, "x"), ==, 450);
  g_assert_cmpint (tertulia_history_get_last (a->history, "y"), ==, 450);
  g_assert_true (g_str_has_prefix (b->messages->str, "x:1 Ana a0; x:2 Ana a1; "));
  g_assert_true (g_str_has_suffix (b->messages->str, "x:449 Ana a448; x:450 Ana a449; "));
}

/* Words that Redis dropped on one way only. */
static void
test_gap_is_filled (void)
{
  g_autoptr (Net) net = net_new (3);
  Node *a = &net->nodes[0], *b = &net->nodes[1], *c = &net->nodes[2];

  net_run (net, S);
  b->deaf = TRUE;
  node_say (a, "x", "Ana", "one", NULL);
  node_join (a, "1", "Ana", "x");
  net_run (net, S / 2);
  b->deaf = FALSE;
  node_say (a, "x", "Ana", "two", NULL);
  net_run (net, 0);

  /* Seen by the next message. */
  assert_text (b->messages, "x:1 Ana one; x:2 Ana two; ");
  assert_text (c->messages, "x:1 Ana one; x:2 Ana two; ");

  /* Seen by the next beat. */
  net_run (net, 5 * S);
  assert_text (b->told, "Ana joined x; ");
  assert_text (c->told, "Ana joined x; ");

  b->deaf = TRUE;
  node_say (a, "x", "Ana", "three", NULL);
  net_run (net, S / 2);
  b->deaf = FALSE;
  net_run (net, 5 * S);
  assert_text (b->messages, "x:3 Ana three; ");
}

/* What was said before a server was met for the first time: the last of it. */
static void
test_first_meeting (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  net->down = TRUE;
  for (guint i = 0; i < TERTULIA_FARM_FIRST_MESSAGES + 100; i++)
    node_say (a, "x", "Ana", "again", NULL);
  node_say (b, "x", "Luis", "alone", NULL);
  net_run (net, 2 * S);
  net->down = FALSE;
  net_run (net, 2 * S);

  g_assert_cmpint (tertulia_history_get_last (b->history, "x"), ==, TERTULIA_FARM_FIRST_MESSAGES + 1);
  g_assert_cmpint (tertulia_history_get_last (a->history, "x"), ==, TERTULIA_FARM_FIRST_MESSAGES + 101);
}

/* One that was away with its history hears what was said without it, once. */
static void
test_restart_catches_up (void)
{
  g_autofree char *folder = g_dir_make_tmp ("farm-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "history", NULL);
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_end (b);
  node_begin (b, path);
  net_run (net, S);
  node_say (a, "x", "Ana", "one", NULL);
  node_say (b, "x", "Luis", "mine", NULL);
  net_run (net, S);
  g_string_truncate (a->messages, 0);
  g_string_truncate (b->messages, 0);

  node_end (b);
  node_say (a, "x", "Ana", "two", NULL);
  node_say (a, "x", "Ana", "three", NULL);
  net_run (net, S);
  g_string_truncate (a->messages, 0);

  b->server = "b2";
  node_begin (b, path);
  net_run (net, S);
  assert_text (b->messages, "x:3 Ana two; x:4 Ana three; ");
  node_say (b, "x", "Luis", "back", NULL);
  net_run (net, S);
  assert_text (a->messages, "x:5 Luis back; ");
  node_end (b);
  node_begin (b, NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strconcat (path, (const char *[]) { "", "-wal", "-shm" }[i], NULL);

      g_remove (name);
    }
  g_rmdir (folder);
}

/* What a server has thrown away is passed over. */
static void
test_what_is_gone_is_gone (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_say (a, "x", "Ana", "zero", NULL);
  net_run (net, S);
  net->down = TRUE;
  for (guint i = 0; i < 1200; i++)
    node_say (a, "x", "Ana", "again", NULL);
  g_test_expect_message ("tertulia", G_LOG_LEVEL_MESSAGE, "200 messages that were said on another server are not there*");
  net_run (net, 2 * S);
  net->down = FALSE;
  net_run (net, 2 * S);
  g_test_assert_expected_messages ();
  g_assert_cmpint (tertulia_history_get_last (b->history, "x"), ==, 1001);

  node_say (a, "x", "Ana", "more", NULL);
  net_run (net, S);
  g_assert_cmpint (tertulia_history_get_last (b->history, "x"), ==, 1002);
}

static void
test_people_cross (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_join (a, "1", "Ana", "x");
  net_run (net, S);
  assert_text (b->told, "Ana joined x; ");
  node_join (a, "2", "Luis", "x");
  node_join (a, "2", "Luis", "y");
  net_run (net, S);
  assert_text (b->told, "Luis joined x; Luis joined y; ");
  g_assert_cmpuint (tertulia_roster_count (b->people, "x"), ==, 2);

  node_drop (a, "1", FALSE);
  net_run (net, S);
  assert_text (b->told, "Ana lost x; ");
  node_join (a, "3", "Ana", "x");
  net_run (net, S);
  assert_text (b->told, "Ana back x; ");
  node_drop (a, "3", TRUE);
  node_drop (a, "2", FALSE);
  net_run (net, S);
  g_assert_true (g_str_has_prefix (b->told->str, "Ana left x; "));
  g_assert_nonnull (strstr (b->told->str, "Luis lost y; "));
  g_string_truncate (b->told, 0);

  /* Forgotten at the usual time, on both. */
  g_string_truncate (a->told, 0);
  net_run (net, TERTULIA_ROSTER_FORGET - 10 * S);
  assert_text (b->told, "");
  net_run (net, 10 * S);
  g_assert_nonnull (strstr (a->told->str, "Luis gone x; "));
  g_assert_nonnull (strstr (b->told->str, "Luis gone x; "));
  g_assert_cmpuint (tertulia_roster_count_all_rooms (b->people), ==, 0);
}

/* A person is a name: whoever is on two servers leaves when they have left both. */
static void
test_one_name_on_two_servers (void)
{
  g_autoptr (Net) net = net_new (3);
  Node *a = &net->nodes[0], *b = &net->nodes[1], *c = &net->nodes[2];

  net_run (net, S);
  node_join (a, "1", "Ana", "x");
  net_run (net, S);
  node_join (b, "1", "Ana", "x");
  net_run (net, S);
  assert_text (a->told, "Ana joined x; ");
  assert_text (b->told, "Ana joined x; ");
  assert_text (c->told, "Ana joined x; ");

  node_drop (a, "1", TRUE);
  net_run (net, S);
  assert_text (a->told, "");
  assert_text (c->told, "");
  g_assert_cmpuint (tertulia_roster_count (a->people, "x"), ==, 1);

  /* Changes servers: lost here, and there at once. */
  node_drop (b, "1", FALSE);
  node_join (c, "1", "Ana", "x");
  net_run (net, S);
  g_assert_cmpuint (tertulia_roster_count (a->people, "x"), ==, 1);
  g_string_truncate (a->told, 0);
  node_drop (c, "1", TRUE);
  net_run (net, S);
  assert_text (a->told, "Ana left x; ");
}

/* Who was there before, and who was lost before, is shown to a server that comes. */
static void
test_newcomer_learns_who_is_there (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_end (b);
  for (guint i = 0; i < 2 * TERTULIA_WORD_MAX_PEOPLE; i++)
    {
      g_autofree char *name = g_strdup_printf ("P%u", i);

      node_join (a, name, name, "x");
    }
  node_join (a, "l", "Luis", "y");
  node_drop (a, "l", FALSE);
  node_join (a, "f", "Fulano", "full");
  net_run (net, 60 * S);

  node_begin (b, NULL);
  net_run (net, 2 * S);
  g_assert_cmpuint (tertulia_roster_count (b->people, "x"), ==, 2 * TERTULIA_WORD_MAX_PEOPLE);
  g_assert_nonnull (strstr (b->told->str, "Luis lost y; "));
  g_assert_null (strstr (b->told->str, "Luis joined"));
  g_assert_cmpuint (tertulia_roster_count (b->people, "full"), ==, 0);
}

static void
test_silent_server_loses_its_people (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_join (a, "1", "Ana", "x");
  node_join (a, "2", "Luis", "x");
  net_run (net, S);
  g_string_truncate (b->told, 0);

  b->deaf = TRUE;
  net_run (net, 9 * S);
  assert_text (b->told, "");
  net_run (net, 6 * S);
  g_assert_nonnull (strstr (b->told->str, "Ana lost x; "));
  g_assert_nonnull (strstr (b->told->str, "Luis lost x; "));
  g_string_truncate (b->told, 0);

  /* Who left in the meantime has left; who is still there is back. */
  node_drop (a, "2", TRUE);
  net_run (net, 60 * S);
  b->deaf = FALSE;
  net_run (net, 6 * S);
  g_assert_nonnull (strstr (b->told->str, "Ana back x; "));
  g_assert_nonnull (strstr (b->told->str, "Luis left x; "));
  g_string_truncate (b->told, 0);

  /* One that never comes back is forgotten with its people. */
  node_end (a);
  net_run (net, TERTULIA_FARM_SILENCE + TERTULIA_ROSTER_FORGET);
  assert_text (b->told, "Ana lost x; Ana gone x; ");
  node_begin (a, NULL);
}

/* A process that was stopped for a while does not blame the others for it. */
static void
test_own_sleep_is_excused (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_join (a, "1", "Ana", "x");
  net_run (net, S);
  g_string_truncate (b->told, 0);
  net->now += 60 * S;
  net_run (net, 10 * S);
  assert_text (b->told, "");
}

static void
test_typing (void)
{
  g_autoptr (Net) net = net_new (2);
  Node *a = &net->nodes[0], *b = &net->nodes[1];

  node_join (a, "1", "Ana", "x");
  net_run (net, S);
  g_string_truncate (b->told, 0);

  tertulia_farm_typed (a->farm, "x", "Ana");
  tertulia_farm_typed (a->farm, "x", "Ana");
  tertulia_farm_typed (a->farm, "x", "Nobody");
  net_run (net, S);
  assert_text (b->told, "Ana types x; ");
  tertulia_farm_typed (a->farm, "x", "Ana");
  net_run (net, S);
  assert_text (b->told, "Ana types x; ");
}

/* Quiet servers say a beat each in five seconds, and no more. */
static void
test_quiet_servers_are_quiet (void)
{
  g_autoptr (Net) net = net_new (3);

  node_join (&net->nodes[0], "1", "Ana", "x");
  node_say (&net->nodes[0], "x", "Ana", "hello", NULL);
  net_run (net, 10 * S);
  net->n_words = 0;
  net_run (net, 60 * S);
  g_assert_cmpuint (net->n_words, ==, 36);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* What everybody said, sorted. */
static char *
node_list_messages (Node *self)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gboolean more = TRUE;
  gint64 after = 0;

  while (more)
    {
      g_autoptr (GPtrArray) page = tertulia_history_read_after (self->history, "x", after, 200, &more);

      for (guint i = 0; i < page->len; i++)
        {
          TertuliaEntry *entry = g_ptr_array_index (page, i);

          g_assert_cmpint (entry->number, ==, after + 1);
          after = entry->number;
          g_ptr_array_add (texts, g_strdup (entry->text));
        }
    }

  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);

  return g_strjoinv (" ", (GStrv) texts->pdata);
}

static char *
node_list_people (Node *self)
{
  g_autoptr (GArray) people = tertulia_roster_list (self->people, "x");
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < people->len; i++)
    {
      TertuliaRosterEntry *entry = &g_array_index (people, TertuliaRosterEntry, i);

      if (!entry->lost)
        g_string_append_printf (list, "%s ", entry->name);
    }

  return g_string_free (list, FALSE);
}

/* Something happens on a server. */
static void
node_do_something (Node  *self,
                   guint *n_said)
{
  const char *connection = (const char *[]) { "1", "2", "3" }[g_test_rand_int_range (0, 3)];
  const char *known = tertulia_roster_get_name (self->people, connection);
  g_autofree char *name = g_strdup_printf ("P%d", g_test_rand_int_range (0, 4));
  g_autofree char *text = NULL;

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      node_join (self, connection, known != NULL ? known : name, "x");
      break;
    case 1:
      node_drop (self, connection, g_test_rand_bit ());
      break;
    case 2:
      self->net->down = g_test_rand_int_range (0, 4) == 0;
      break;
    case 3:
      self->deaf = g_test_rand_int_range (0, 4) == 0;
      break;
    default:
      text = g_strdup_printf ("t%05u", (*n_said)++);
      node_say (self, "x", name, text, g_test_rand_bit () ? text : NULL);
      break;
    }
}

/* Whatever happens on the way, in the end all have the same. With -m slow, more of it. */
static void
test_all_agree_in_the_end (void)
{
  guint n_runs = g_test_slow () ? 200 : 12;

  for (guint run = 0; run < n_runs; run++)
    {
      g_autoptr (Net) net = net_new (3);
      g_autofree char *messages = NULL;
      g_autofree char *people = NULL;
      guint n_said = 0;

      net->twice = run % 2 == 0;
      net->loss = 10 * (run % 4);
      for (guint i = 0; i < 60; i++)
        {
          node_do_something (&net->nodes[g_test_rand_int_range (0, 3)], &n_said);
          net_run (net, g_test_rand_int_range (0, 4 * S));
        }

      net->down = FALSE;
      net->loss = 0;
      for (guint i = 0; i < 3; i++)
        net->nodes[i].deaf = FALSE;
      net_run (net, 30 * S);

      messages = node_list_messages (&net->nodes[0]);
      people = node_list_people (&net->nodes[0]);
      g_assert_cmpuint (strlen (messages) + 1, ==, MAX (n_said * 7, 1));
      for (guint i = 1; i < 3; i++)
        {
          g_autofree char *others_messages = node_list_messages (&net->nodes[i]);
          g_autofree char *others_people = node_list_people (&net->nodes[i]);

          g_assert_cmpstr (others_messages, ==, messages);
          g_assert_cmpstr (others_people, ==, people);
        }
    }
}

#define BEAT "{'kind':'beat','history':'h','first':0,'last':0,'version':0}"

static void
test_hostile_words (void)
{
  static const char * const words[] = {
    "null", "[]", "7", "{}", "{'kind':7}", "{'kind':'other'}",
    "{'kind':'beat'}", "{'kind':'beat','history':'','first':0,'last':0,'version':0}",
    "{'kind':'beat','history':'h','first':5,'last':4,'version':0}",
    "{'kind':'beat','history':'h','first':0,'last':4,'version':-1}",
    "{'kind':'said','history':'h'}",
    "{'kind':'said','history':'h','number':0,'room':'x','name':'Ana','text':'t','time':1}",
    "{'kind':'said','history':'h','number':1,'room':' x','name':'Ana','text':'t','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'','text':'t','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'A\\u202eb','text':'t','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'Ana','text':' ','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'Ana','text':'\\u0007','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'Ana','text':'t','time':-1}",
    "{'kind':'said','history':'h','number':1,'room':'x','name':'Ana','text':'t','time':1,'key':''}",
    "{'kind':'said','history':'g','number':1,'room':'x','name':'Ana','text':'t','time':1}",
    "{'kind':'said','history':'h','number':1,'room':'full','name':'Ana','text':'t','time':1}",
    "{'kind':'page','history':'h','after':0,'last':0,'messages':[]}",
    "{'kind':'page','history':'h','after':0,'last':9,'messages':7}",
    "{'kind':'page','history':'h','after':0,'last':1,'messages':[{'number':2,'room':'x','name':'Ana','text':'t','time':1}]}",
    "{'kind':'page','history':'h','after':9,'last':12,'messages':[{'number':10,'room':'x','name':'Ana','text':'t','time':1}]}",
    "{'kind':'ask'}", "{'kind':'ask','history':'h','after':0}",
    "{'kind':'person','version':1,'room':'x','name':'Ana','event':'dances'}",
    "{'kind':'person','version':0,'room':'x','name':'Ana','event':'joined'}",
    "{'kind':'person','version':1,'room':'full','name':'Ana','event':'joined'}",
    "{'kind':'people','version':1,'part':0,'people':[7]}",
    "{'kind':'people','version':1,'part':1,'people':[{'room':'x','name':'Ana'}]}",
    "{'kind':'typing','room':'x','name':'Ana'}",
  };
  g_autoptr (Net) net = net_new (1);
  Node *a = &net->nodes[0];

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (words); i++)
    {
      g_autofree char *text = g_strdup (i == G_N_ELEMENTS (words) ? BEAT : words[i % G_N_ELEMENTS (words)]);
      g_autoptr (JsonNode) value = json_from_string (g_strdelimit (text, "'", '"'), NULL);

      tertulia_farm_hear (a->farm, "stranger", value, net->now);
      net_run (net, S);
    }

  assert_text (a->messages, "");
  assert_text (a->told, "");
}

static void
test_limits (void)
{
  g_autoptr (Net) net = net_new (1);
  Node *a = &net->nodes[0];

  for (guint i = 0; i < TERTULIA_FARM_MAX_SERVERS + 10; i++)
    {
      g_autofree char *server = g_strdup_printf ("s%u", i);
      g_autoptr (JsonNode) beat = tertulia_word_beat ("h", 0, 0, 0, FALSE);
      g_autoptr (JsonNode) joined = tertulia_word_person (1, "x", server, TERTULIA_ROSTER_JOINED);
      g_autoptr (JsonNode) list = tertulia_word_people (0, 0, FALSE, NULL, 0);

      tertulia_farm_hear (a->farm, server, beat, net->now);
      tertulia_farm_hear (a->farm, server, list, net->now);
      tertulia_farm_hear (a->farm, server, joined, net->now);
    }
  g_assert_cmpuint (tertulia_roster_count (a->people, "x"), ==, TERTULIA_FARM_MAX_SERVERS);

  for (guint i = 2; i < TERTULIA_FARM_MAX_PEOPLE + 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);
      g_autoptr (JsonNode) joined = tertulia_word_person (i, "y", name, TERTULIA_ROSTER_JOINED);

      tertulia_farm_hear (a->farm, "s0", joined, net->now);
    }
  g_assert_cmpuint (tertulia_roster_count (a->people, "y"), ==, TERTULIA_FARM_MAX_PEOPLE - 1);

  /* When they have been silent there is place for another. */
  net_run (net, TERTULIA_FARM_SILENCE);
  {
    g_autoptr (JsonNode) beat = tertulia_word_beat ("h", 0, 0, 0, FALSE);
    g_autoptr (JsonNode) list = tertulia_word_people (0, 0, FALSE, (TertuliaWordPerson[]) { { "z", "New", FALSE } }, 1);

    tertulia_farm_hear (a->farm, "new", beat, net->now);
    tertulia_farm_hear (a->farm, "new", list, net->now);
  }
  g_assert_cmpuint (tertulia_roster_count (a->people, "z"), ==, 1);
}

static void
test_copied_history_is_told (void)
{
  g_autoptr (Net) net = net_new (1);
  Node *a = &net->nodes[0];
  g_autoptr (JsonNode) beat = tertulia_word_beat (tertulia_history_get_id (a->history), 0, 5, 0, FALSE);

  g_test_expect_message ("tertulia", G_LOG_LEVEL_MESSAGE, "Another server has a copy of this history*");
  tertulia_farm_hear (a->farm, "twin", beat, net->now);
  tertulia_farm_hear (a->farm, "twin", beat, net->now);
  g_test_assert_expected_messages ();
  net_run (net, S);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/farm/messages-cross-once", test_messages_cross_once);
  g_test_add_func ("/farm/key-is-refused-everywhere", test_key_is_refused_everywhere);
  g_test_add_func ("/farm/outage-loses-nothing", test_outage_loses_nothing);
  g_test_add_func ("/farm/gap-is-filled", test_gap_is_filled);
  g_test_add_func ("/farm/first-meeting", test_first_meeting);
  g_test_add_func ("/farm/restart-catches-up", test_restart_catches_up);
  g_test_add_func ("/farm/what-is-gone-is-gone", test_what_is_gone_is_gone);
  g_test_add_func ("/farm/people-cross", test_people_cross);
  g_test_add_func ("/farm/one-name-on-two-servers", test_one_name_on_two_servers);
  g_test_add_func ("/farm/newcomer-learns-who-is-there", test_newcomer_learns_who_is_there);
  g_test_add_func ("/farm/silent-server-loses-its-people", test_silent_server_loses_its_people);
  g_test_add_func ("/farm/own-sleep-is-excused", test_own_sleep_is_excused);
  g_test_add_func ("/farm/typing", test_typing);
  g_test_add_func ("/farm/quiet-servers-are-quiet", test_quiet_servers_are_quiet);
  g_test_add_func ("/farm/all-agree-in-the-end", test_all_agree_in_the_end);
  g_test_add_func ("/farm/hostile-words", test_hostile_words);
  g_test_add_func ("/farm/limits", test_limits);
  g_test_add_func ("/farm/copied-history-is-told", test_copied_history_is_told);

  return g_test_run ();
}
