/* test-parts.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "raw-peer.h"
#include "server/bus-private.h"
#include "server/ended-private.h"
#include "server/form-private.h"
#include "server/idle-input-private.h"
#include "server/poller-private.h"
#include "server/server-key-private.h"
#include "server/turn-private.h"
#include "server/utf8-private.h"
#include "signalr.h"

typedef struct {
  SignalrTimer      timer;
  SignalrHeartbeat *heartbeat;
  gint64            fired;
  gint64            again;       /* how much later it sets itself; 0 for not */
  guint             count;
} Alarm;

static void
alarm_cb (SignalrTimer *timer,
          gint64        now)
{
  Alarm *alarm = (Alarm *) timer;

  alarm->fired = now;
  alarm->count++;
  if (alarm->again > 0)
    signalr_heartbeat_set (alarm->heartbeat, timer, now + alarm->again);
}

static void
test_heartbeat (void)
{
  g_autoptr (SignalrHeartbeat) heartbeat = signalr_heartbeat_new (NULL);
  g_autofree Alarm *alarms = g_new0 (Alarm, 500);
  gint64 start;

  signalr_heartbeat_freeze (heartbeat);
  start = signalr_heartbeat_now (heartbeat);

  for (guint i = 0; i < 500; i++)
    {
      alarms[i].timer.func = alarm_cb;
      alarms[i].heartbeat = heartbeat;
      signalr_heartbeat_set (heartbeat, &alarms[i].timer, start + g_test_rand_int_range (1, 1000));
    }

  /* Half of them are moved, some are taken away. */
  for (guint i = 0; i < 250; i++)
    signalr_heartbeat_set (heartbeat, &alarms[i].timer,
                           i % 10 == 0 ? SIGNALR_NEVER : start + g_test_rand_int_range (1, 1000));

  signalr_heartbeat_advance (heartbeat, 1000);
  for (guint i = 0; i < 500; i++)
    {
      gboolean taken = i < 250 && i % 10 == 0;

      g_assert_cmpuint (alarms[i].count, ==, taken ? 0 : 1);
      if (!taken)
        g_assert_cmpint (alarms[i].fired, ==, alarms[i].timer.deadline);
    }
  g_assert_cmpint (signalr_heartbeat_next (heartbeat), ==, SIGNALR_NEVER);

  alarms[0].again = 100;
  signalr_heartbeat_set (heartbeat, &alarms[0].timer, start + 1100);
  signalr_heartbeat_advance (heartbeat, 1000);
  g_assert_cmpuint (alarms[0].count, ==, 10);
}

static void
test_heartbeat_real (void)
{
  g_autoptr (SignalrHeartbeat) heartbeat = signalr_heartbeat_new (NULL);
  Alarm alarm = { .timer.func = alarm_cb, .heartbeat = heartbeat };
  gint64 deadline = signalr_heartbeat_now (heartbeat) + 2000;

  signalr_heartbeat_set (heartbeat, &alarm.timer, deadline);
  while (alarm.count == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (alarm.fired, >=, deadline);
}

static gboolean
count_cb (gpointer user_data)
{
  ++*(guint *) user_data;

  return G_SOURCE_CONTINUE;
}

/* A loop that is never done has its deadlines too, but not before what waits. */
static void
test_heartbeat_busy (void)
{
  g_autoptr (SignalrHeartbeat) heartbeat = signalr_heartbeat_new (NULL);
  Alarm alarm = { .timer.func = alarm_cb, .heartbeat = heartbeat };
  guint n_events = 0;
  guint busy = g_idle_add_full (G_PRIORITY_DEFAULT, count_cb, &n_events, NULL);

  for (guint i = 1; i <= 2; i++)
    {
      n_events = 0;
      signalr_heartbeat_set (heartbeat, &alarm.timer, signalr_heartbeat_now (heartbeat));
      raw_wait_until (alarm.count == i);
      g_assert_cmpuint (n_events, >=, 3);
      g_assert_cmpuint (n_events, <, 10);
    }

  g_source_remove (busy);
}

typedef struct {
  SignalrTask  task;
  SignalrTurn *turn;
  SignalrTask *other;      /* added when this runs */
  guint        count;
} Work;

static void
work_cb (SignalrTask *task)
{
  Work *work = (Work *) task;

  work->count++;
  if (work->other != NULL)
    signalr_turn_add (work->turn, work->other);
}

static void
test_turn (void)
{
  g_autoptr (SignalrTurn) turn = signalr_turn_new (NULL);
  Work second = { .task.func = work_cb, .turn = turn };
  Work first = { .task.func = work_cb, .turn = turn, .other = &second.task };
  Work removed = { .task.func = work_cb, .turn = turn };

  signalr_turn_add (turn, &first.task);
  signalr_turn_add (turn, &first.task);
  signalr_turn_add (turn, &removed.task);
  signalr_turn_remove (turn, &removed.task);
  g_assert_cmpuint (first.count, ==, 0);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (first.count, ==, 1);
  g_assert_cmpuint (second.count, ==, 1);
  g_assert_cmpuint (removed.count, ==, 0);
}

static void
test_key (void)
{
  SignalrServerKey key, other;
  g_autofree char *token = NULL;
  g_autofree char *text = NULL;

  signalr_server_key_init_random (&key);
  signalr_server_key_init_random (&other);
  token = signalr_server_key_sign (&key, "connection", "id:Ana: ñ");
  text = signalr_server_key_verify (&key, "connection", token);

  g_assert_cmpstr (text, ==, "id:Ana: ñ");
  g_assert_null (signalr_server_key_verify (&other, "connection", token));
  g_assert_null (signalr_server_key_verify (&key, "groups", token));
  g_assert_null (signalr_server_key_verify (&key, "connectio", token));
  g_assert_null (signalr_server_key_verify (&key, "connection", ""));
  g_assert_null (signalr_server_key_verify (&key, "connection", "=+/ "));

  for (gsize i = 0; token[i] != '\0'; i++)
    {
      char letter = token[i];

      token[i] = letter == 'a' ? 'q' : 'a';
      g_assert_null (signalr_server_key_verify (&key, "connection", token));
      token[i] = letter;
    }
}

static void
test_key_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("signalr-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "new", "server.key", NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  SignalrServerKey first, again;
  GStatBuf status;
  g_autoptr (GError) error = NULL;

  g_assert_true (signalr_server_key_load (&first, path, NULL));
  g_assert_true (signalr_server_key_load (&again, path, NULL));
  g_assert_cmpmem (&first, sizeof first, &again, sizeof again);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_false (signalr_server_key_load (&again, path, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "can be read by others"));
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_true (g_file_set_contents_full (path, "short", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_assert_false (signalr_server_key_load (&again, path, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_clear_error (&error);

  g_unlink (path);
  g_rmdir (parent);
  g_assert_true (g_file_set_contents (parent, "in the way", -1, NULL));
  g_assert_false (signalr_server_key_load (&again, path, &error));
  g_assert_nonnull (error);

  g_unlink (parent);
  g_rmdir (folder);
}

static void
test_cursor (void)
{
  const SignalrPosition positions[] = { { 0, 0 }, { 63, 26 }, { 64, G_MAXUINT64 } };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) parsed = NULL;
  static const char * const broken[] = {
    "d-1F-", "d-1F-A", "d-1F-A,", "d-1F-A,g", "d-1F-A,0|", "d-1F-A,0|A,1", "d-1F-,0", "d-1F-A,0,",
    "d-1F-AAAAAAAAAAAA,0", "d-1F-A,00000000000000000", "d-1F-é,0",
  };

  signalr_cursor_append (text, 0x1f, positions, G_N_ELEMENTS (positions));
  g_assert_cmpstr (text->str, ==, "d-1F-A,0|:,1A|BA,FFFFFFFFFFFFFFFF");
  g_assert_cmpint (signalr_cursor_parse (text->str, 0x1f, &parsed), ==, SIGNALR_CURSOR_HERE);
  g_assert_cmpmem (parsed->data, parsed->len * sizeof (SignalrPosition), positions, sizeof positions);
  g_assert_cmpint (signalr_cursor_parse (text->str, 0x1e, NULL), ==, SIGNALR_CURSOR_FOREIGN);
  g_assert_cmpint (signalr_cursor_parse ("", 0x1f, NULL), ==, SIGNALR_CURSOR_FOREIGN);

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_cmpint (signalr_cursor_parse (broken[i], 0x1f, NULL), ==, SIGNALR_CURSOR_BROKEN);
}

static void
test_cursor_shared (void)
{
  static const struct {
    const char        *text;
    SignalrCursorKind  kind;
    guint64            id;
  } cases[] = {
    { "s-0,0", SIGNALR_CURSOR_HERE, 0 },
    { "s-0,3E9", SIGNALR_CURSOR_HERE, 1001 },
    { "s-0,3e9", SIGNALR_CURSOR_HERE, 1001 },
    { "s-0,FFFFFFFFFFFFFFFF", SIGNALR_CURSOR_HERE, SIGNALR_CURSOR_BEGINNING },
    { "d-1F-A,0", SIGNALR_CURSOR_FOREIGN, 0 },
    { "", SIGNALR_CURSOR_FOREIGN, 0 },
    { "s-0,1|1,2", SIGNALR_CURSOR_FOREIGN, 0 },
    { "s-1,2", SIGNALR_CURSOR_FOREIGN, 0 },
    { "s-", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0,", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-,1", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0,1|", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0,G", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0,-1", SIGNALR_CURSOR_BROKEN, 0 },
    { "s-0,10000000000000000", SIGNALR_CURSOR_BROKEN, 0 },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  signalr_cursor_append_shared (text, 1001);
  g_assert_cmpstr (text->str, ==, "s-0,3E9");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 id = 0;

      g_assert_cmpint (signalr_cursor_parse_shared (cases[i].text, &id), ==, cases[i].kind);
      if (cases[i].kind == SIGNALR_CURSOR_HERE)
        g_assert_cmpuint (id, ==, cases[i].id);
    }
}

typedef struct {
  SignalrSubscriber subscriber;
  guint             delivered;
} Listener;

static void
deliver_cb (SignalrSubscriber *subscriber,
            SignalrMessage    *message)
{
  ((Listener *) subscriber)->delivered++;
}

static void
publish (SignalrBus *bus,
         const char *topic,
         guint       number)
{
  g_autofree char *method = g_strdup_printf ("m%u", number);
  g_autoptr (SignalrMessage) message = signalr_message_new_call ("Hub", method, NULL, NULL);

  signalr_bus_publish (bus, topic, message);
}

static void
assert_collected (Listener *listener,
                  guint     first,
                  guint     n)
{
  g_autoptr (GPtrArray) messages = signalr_subscriber_collect (&listener->subscriber, "id", G_MAXSIZE, NULL);

  g_assert_cmpuint (messages->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *expected = g_strdup_printf ("{\"H\":\"Hub\",\"M\":\"m%u\",\"A\":[]}", first + i);
      gsize size;
      const char *text = g_bytes_get_data (g_ptr_array_index (messages, i), &size);

      g_assert_cmpmem (text, size, expected, strlen (expected));
    }
}

static void
test_bus (void)
{
  g_autoptr (SignalrHeartbeat) heartbeat = signalr_heartbeat_new (NULL);
  g_autoptr (SignalrBus) bus = signalr_bus_new (heartbeat, 100 * G_USEC_PER_SEC);
  Listener keeper = { { .deliver = deliver_cb, .keeps_place = TRUE }, 0 };
  Listener passer = { { .deliver = deliver_cb }, 0 };
  g_autoptr (GString) cursor = g_string_new (NULL);

  signalr_heartbeat_freeze (heartbeat);
  publish (bus, "t", 0);
  g_assert_true (signalr_bus_subscribe (bus, "t", &keeper.subscriber));
  g_assert_true (signalr_bus_subscribe (bus, "t", &passer.subscriber));
  g_assert_false (signalr_bus_subscribe (bus, "t", &passer.subscriber));
  g_assert_false (signalr_subscriber_has_more (&keeper.subscriber));

  signalr_bus_append_cursor (bus, &keeper.subscriber, cursor);
  for (guint i = 1; i <= 20; i++)
    publish (bus, "t", i);
  g_assert_cmpuint (keeper.delivered, ==, 20);
  g_assert_cmpuint (passer.delivered, ==, 20);
  assert_collected (&keeper, 1, 20);
  assert_collected (&keeper, 21, 0);

  /* Back to a place it once was at. */
  g_assert_cmpint (signalr_bus_rewind (bus, &keeper.subscriber, cursor->str, TRUE), ==, SIGNALR_CURSOR_HERE);
  assert_collected (&keeper, 1, 20);

  /* And not to before it listened. */
  g_assert_true (signalr_bus_unsubscribe (bus, "t", &keeper.subscriber));
  g_assert_true (signalr_bus_subscribe (bus, "t", &keeper.subscriber));
  signalr_bus_rewind (bus, &keeper.subscriber, cursor->str, TRUE);
  assert_collected (&keeper, 21, 0);
  signalr_bus_rewind (bus, &keeper.subscriber, cursor->str, FALSE);
  assert_collected (&keeper, 1, 20);

  signalr_bus_unsubscribe_all (bus, &keeper.subscriber);
  signalr_bus_unsubscribe_all (bus, &passer.subscriber);
}

static void
test_bus_forgets (void)
{
  g_autoptr (SignalrHeartbeat) heartbeat = signalr_heartbeat_new (NULL);
  g_autoptr (SignalrBus) bus = signalr_bus_new (heartbeat, 100 * G_USEC_PER_SEC);
  Listener keeper = { { .deliver = deliver_cb, .keeps_place = TRUE }, 0 };
  g_autoptr (GString) cursor = g_string_new (NULL);

  signalr_heartbeat_freeze (heartbeat);
  signalr_bus_subscribe (bus, "t", &keeper.subscriber);
  signalr_bus_append_cursor (bus, &keeper.subscriber, cursor);
  for (guint i = 0; i < 1000; i++)
    publish (bus, "t", i);
  g_assert_false (signalr_subscriber_has_missed (&keeper.subscriber));
  for (guint i = 1000; i < 1010; i++)
    publish (bus, "t", i);
  g_assert_true (signalr_subscriber_has_missed (&keeper.subscriber));
  assert_collected (&keeper, 10, 1000);
  g_assert_false (signalr_subscriber_has_missed (&keeper.subscriber));

  /* A topic that nobody listens to waits a while for who may come back. */
  signalr_bus_unsubscribe_all (bus, &keeper.subscriber);
  publish (bus, "t", 1010);
  signalr_heartbeat_advance (heartbeat, 99 * G_USEC_PER_SEC);
  signalr_bus_subscribe (bus, "t", &keeper.subscriber);
  signalr_bus_rewind (bus, &keeper.subscriber, cursor->str, FALSE);
  assert_collected (&keeper, 11, 1000);

  signalr_bus_unsubscribe_all (bus, &keeper.subscriber);
  signalr_heartbeat_advance (heartbeat, 100 * G_USEC_PER_SEC);
  signalr_bus_subscribe (bus, "t", &keeper.subscriber);
  signalr_bus_rewind (bus, &keeper.subscriber, cursor->str, FALSE);
  assert_collected (&keeper, 0, 0);
  signalr_bus_unsubscribe_all (bus, &keeper.subscriber);
}

/* What one client said another's encoding may have no words for. */
static void
test_message_unspeakable (void)
{
  JsonNode *args = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  g_autoptr (SignalrMessage) message = NULL;

  json_array_add_double_element (array, INFINITY);
  json_node_take_array (args, array);
  message = signalr_message_new_call ("Hub", "m", args, NULL);
  json_node_unref (args);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (signalr_message_get (message, SIGNALR_FORM_RECORD_JSON));
      g_assert_null (signalr_message_get (message, SIGNALR_FORM_FRAME_JSON));
      g_assert_nonnull (signalr_message_get (message, SIGNALR_FORM_RECORD_MESSAGEPACK));
    }
}

static void
test_message (void)
{
  const char * const except[] = { "a", "b", NULL };
  g_autoptr (SignalrMessage) message = signalr_message_new_call ("Hub", "m", NULL, except);
  GBytes *record = signalr_message_get (message, SIGNALR_FORM_RECORD_JSON);
  GBytes *frame = signalr_message_get (message, SIGNALR_FORM_FRAME_JSON);

  g_assert_true (signalr_message_is_for (message, "c"));
  g_assert_false (signalr_message_is_for (message, "a"));
  g_assert_true (record == signalr_message_get (message, SIGNALR_FORM_RECORD_JSON));
  g_assert_cmpmem (g_bytes_get_data (record, NULL), g_bytes_get_size (record),
                   "{\"type\":1,\"target\":\"m\",\"arguments\":[]}\x1e", 39);
  g_assert_cmpuint (g_bytes_get_size (frame), ==, g_bytes_get_size (record) + 2);
}

static void
test_ended (void)
{
  g_autoptr (SignalrEnded) ended = signalr_ended_new ();
  char id[16];

  signalr_ended_add (ended, "ana", FALSE, 0);
  g_assert_true (signalr_ended_holds (ended, "ana", 599 * G_USEC_PER_SEC));
  g_assert_false (signalr_ended_holds (ended, "ben", 0));
  g_assert_true (signalr_ended_tell (ended, "ana"));
  g_assert_false (signalr_ended_tell (ended, "ana"));
  g_assert_false (signalr_ended_tell (ended, "ben"));
  g_assert_false (signalr_ended_holds (ended, "ana", 600 * G_USEC_PER_SEC));

  for (guint i = 0; i < 65537; i++)
    {
      g_snprintf (id, sizeof id, "%u", i);
      signalr_ended_add (ended, id, FALSE, 0);
    }
  g_assert_false (signalr_ended_holds (ended, "0", 0));
  g_assert_true (signalr_ended_holds (ended, "1", 0));
}

static void
test_idle_input_goes (void)
{
  GInputStream *input = g_memory_input_stream_new ();
  GOutputStream *output = g_memory_output_stream_new_resizable ();
  GIOStream *stream = g_simple_io_stream_new (input, output);
  SignalrIdleInput *idle;
  GIOStream *wrapped;

  wrapped = signalr_idle_input_wrap (stream, NULL, &idle);
  g_assert_true (signalr_idle_input_unwrap (wrapped) == stream);
  g_object_add_weak_pointer (G_OBJECT (stream), (gpointer *) &stream);
  g_object_add_weak_pointer (G_OBJECT (idle), (gpointer *) &idle);
  g_object_unref (input);
  g_object_unref (output);
  g_object_unref (stream);
  g_assert_nonnull (stream);

  g_object_unref (wrapped);
  g_assert_null (idle);
  g_assert_null (stream);
}

typedef struct {
  SignalrPolled polled;
  guint         count;
} Bell;

static Bell *ringing;

static void
bell_cb (SignalrPolled *polled,
         guint32        events)
{
  Bell *bell = (Bell *) polled;
  guint64 value;

  g_assert_null (ringing);
  ringing = bell;
  bell->count++;
  g_assert_cmpint (read (polled->fd, &value, sizeof value), ==, sizeof value);

  /* A program that runs the loop in what it is told. */
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  ringing = NULL;
}

static void
test_poller_nested (void)
{
  g_autoptr (SignalrTurn) turn = signalr_turn_new (NULL);
  g_autoptr (SignalrPoller) poller = signalr_poller_new (NULL, turn, NULL);
  Bell bells[2] = { 0 };
  guint64 one = 1;

  for (guint i = 0; i < 2; i++)
    {
      bells[i].polled.func = bell_cb;
      bells[i].polled.fd = eventfd (0, EFD_NONBLOCK);
      g_assert_true (signalr_poller_add (poller, &bells[i].polled, EPOLLIN));
    }

  for (guint round = 1; round <= 3; round++)
    {
      for (guint i = 0; i < 2; i++)
        g_assert_cmpint (write (bells[i].polled.fd, &one, sizeof one), ==, sizeof one);
      while (bells[0].count < round || bells[1].count < round)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (bells[0].count, ==, round);
      g_assert_cmpuint (bells[1].count, ==, round);
    }

  for (guint i = 0; i < 2; i++)
    {
      signalr_poller_remove (poller, &bells[i].polled);
      close (bells[i].polled.fd);
    }
}

static void
test_utf8 (void)
{
  static const struct {
    const char *text;
    gboolean    valid;
  } cases[] = {
    { "", TRUE }, { "plain", TRUE }, { "ñ€😀", TRUE }, { "\xf4\x8f\xbf\xbf", TRUE }, { "\xed\x9f\xbf", TRUE },
    { "\x80", FALSE }, { "\xc0\x80", FALSE }, { "\xc1\xbf", FALSE }, { "\xe0\x9f\xbf", FALSE },
    { "\xed\xa0\x80", FALSE }, { "\xf0\x8f\xbf\xbf", FALSE }, { "\xf4\x90\x80\x80", FALSE },
    { "\xf5\x80\x80\x80", FALSE }, { "\xe2\x82", FALSE }, { "\xc3(", FALSE }, { "\xff", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const guint8 *bytes = (const guint8 *) cases[i].text;
      gsize length = strlen (cases[i].text);

      for (gsize cut = 0; cut <= length; cut++)
        {
          SignalrUtf8 utf8 = { 0 };

          g_assert_cmpint (cases[i].valid, ==,
                           signalr_utf8_scan (&utf8, bytes, cut) &&
                           signalr_utf8_scan (&utf8, bytes + cut, length - cut) &&
                           signalr_utf8_whole (&utf8));
        }
    }
}

static void
test_form (void)
{
#define FORM(text) text, sizeof text - 1
  static const struct {
    const char *form;
    gsize       form_length;
    const char *value;         /* NULL for none */
    gsize       length;
  } cases[] = {
    { FORM (""), NULL, 0 },
    { FORM ("&&=&x=1"), NULL, 0 },
    { FORM ("datax=1&xdata=2"), NULL, 0 },
    { FORM ("data=a+b%2bc%2B"), FORM ("a b+c+") },
    { FORM ("x=1&d%61ta=1&data=2"), FORM ("1") },
    { FORM ("Data"), FORM ("") },
    { FORM ("data=&x"), FORM ("") },
    { FORM ("data=a=b"), FORM ("a=b") },
    { FORM ("data=a%00b\0c"), FORM ("a\0b\0c") },
    { FORM ("data=%c3%b1\xc3\xb1%ff"), FORM ("ññ\xff") },
    { FORM ("data=%zz%u0041%4"), FORM ("%zz%u0041%4") },
    { FORM ("data=%"), FORM ("%") },
  };
#undef FORM

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* Of its own size, so that a sanitizer sees who reads behind it. */
      g_autofree char *form = g_memdup2 (cases[i].form, cases[i].form_length);
      gsize length = 0;
      g_autofree char *value = signalr_form_get (form, cases[i].form_length, "data", &length);

      g_assert_cmpint (value != NULL, ==, cases[i].value != NULL);
      g_assert_cmpmem (value, length, cases[i].value, cases[i].length);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parts/heartbeat", test_heartbeat);
  g_test_add_func ("/parts/heartbeat-real", test_heartbeat_real);
  g_test_add_func ("/parts/heartbeat-busy", test_heartbeat_busy);
  g_test_add_func ("/parts/turn", test_turn);
  g_test_add_func ("/parts/key", test_key);
  g_test_add_func ("/parts/key-file", test_key_file);
  g_test_add_func ("/parts/cursor", test_cursor);
  g_test_add_func ("/parts/cursor-shared", test_cursor_shared);
  g_test_add_func ("/parts/bus", test_bus);
  g_test_add_func ("/parts/bus-forgets", test_bus_forgets);
  g_test_add_func ("/parts/message", test_message);
  g_test_add_func ("/parts/message-unspeakable", test_message_unspeakable);
  g_test_add_func ("/parts/ended", test_ended);
  g_test_add_func ("/parts/idle-input-goes", test_idle_input_goes);
  g_test_add_func ("/parts/poller-nested", test_poller_nested);
  g_test_add_func ("/parts/utf8", test_utf8);
  g_test_add_func ("/parts/form", test_form);

  return g_test_run ();
}
