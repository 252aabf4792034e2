/* test-aspnet-scaleout.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnet-scaleout-private.h"

#define TICKS G_GINT64_CONSTANT (638000000000000000)

static GBytes *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++)
    {
      guint8 byte;

      if (*hex == ' ')
        continue;

      byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      g_byte_array_append (bytes, &byte, 1);
      hex++;
    }

  return g_byte_array_free_to_bytes (bytes);
}

/* What the script makes of a body. */
static GBytes *
number (guint64  id,
        GBytes  *body)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " ", id);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) text, strlen (text));
  g_byte_array_append (bytes, g_bytes_get_data (body, NULL), g_bytes_get_size (body));

  return g_byte_array_free_to_bytes (bytes);
}

static void
assert_bytes (GBytes     *bytes,
              const char *wanted)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, wanted, strlen (wanted));
}

static void
test_vectors (void)
{
  static const struct {
    const char *hex;
    guint64     id;
    const char *source, *key, *value, *command_id, *filter;
    gboolean    is_ack;
    gint64      ticks;
  } vectors[] = {
    { .hex = "3132 20 1f000000 01000000 01 73 06 682d43686174 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
      .id = 12, .source = "s", .key = "h-Chat", .value = "{}", .ticks = TICKS },
    { .hex = "3133 20 2b000000 01000000 01 73 13 5f5f5349474e414c525f5f5345525645525f5f 00000000 01 69 00 01 00"
             "0000b3a69ea1da08",
      .id = 13, .source = "s", .key = SIGNALR_SCALEOUT_SERVERS, .value = "", .command_id = "i", .is_ack = TRUE,
      .ticks = TICKS },
    { .hex = "37 20 90000000 01000000"
             "24 33613638383533632d346663652d343038372d393963652d336239383133356561363634"
             "09 682d54657374487562"
             "27000000 7b2248223a2254657374487562222c224d223a226d657373616765222c2241223a5b2278225d7d 00 00 00"
             "26 632d33613638383533632d346663652d343038372d393963652d336239383133356561363634 0e4286e84447df08",
      .id = 7, .source = "3a68853c-4fce-4087-99ce-3b98135ea664", .key = "h-TestHub",
      .value = "{\"H\":\"TestHub\",\"M\":\"message\",\"A\":[\"x\"]}",
      .filter = "c-3a68853c-4fce-4087-99ce-3b98135ea664", .ticks = 0x08df4744e886420e },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (vectors[i].hex);
      g_autoptr (SignalrScaleoutPayload) payload = NULL;
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GBytes) again = NULL;
      g_autoptr (GError) error = NULL;
      SignalrScaleoutMessage *message;

      payload = signalr_scaleout_decode (bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (payload->id, ==, vectors[i].id);
      g_assert_cmpint (payload->ticks, ==, vectors[i].ticks);
      g_assert_cmpuint (payload->messages->len, ==, 1);

      message = g_ptr_array_index (payload->messages, 0);
      g_assert_cmpstr (message->source, ==, vectors[i].source);
      g_assert_cmpstr (message->key, ==, vectors[i].key);
      assert_bytes (message->value, vectors[i].value);
      g_assert_cmpstr (message->command_id, ==, vectors[i].command_id);
      g_assert_cmpstr (message->filter, ==, vectors[i].filter);
      g_assert_false (message->wait_for_ack);
      g_assert_cmpint (message->is_ack, ==, vectors[i].is_ack);

      body = signalr_scaleout_encode (message, payload->ticks);
      again = number (payload->id, body);
      g_assert_true (g_bytes_equal (again, bytes));
    }
}

/* The length of a string has a second byte from 128 on, a third from 16,384 on. */
static void
test_long_strings (void)
{
  static const gsize lengths[] = { 0x7f, 0x80, 0x3fff, 0x4000, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *key = g_strnfill (lengths[i], 'k');
      g_autoptr (GBytes) value = g_bytes_new_static ("1", 1);
      SignalrScaleoutMessage message = { .source = (char *) "s", .key = key, .value = value, .wait_for_ack = TRUE };
      g_autoptr (GBytes) body = signalr_scaleout_encode (&message, TICKS);
      g_autoptr (GBytes) bytes = number (1, body);
      g_autoptr (SignalrScaleoutPayload) payload = signalr_scaleout_decode (bytes, NULL);
      SignalrScaleoutMessage *read;

      g_assert_nonnull (payload);
      read = g_ptr_array_index (payload->messages, 0);
      g_assert_cmpstr (read->key, ==, key);
      g_assert_true (read->wait_for_ack);
      if (lengths[i] == 0x80)
        g_assert_cmpmem ((const guint8 *) g_bytes_get_data (body, NULL) + 10, 2, "\x80\x01", 2);
    }
}

/* 1970, and 2022-09-28 22:13:20 UTC. */
static void
test_ticks (void)
{
  g_assert_cmpint (signalr_scaleout_ticks (0), ==, G_GINT64_CONSTANT (621355968000000000));
  g_assert_cmpint (signalr_scaleout_ticks (G_GINT64_CONSTANT (1664403200000000)), ==, TICKS);
}

static void
test_surplus (void)
{
  g_autoptr (GBytes) bytes = from_hex ("31 20 24000000 01000000 01 73 06 682d43686174 02000000 7b7d 00 00 00 00"
                                       "0000b3a69ea1da08 aaaaaaaaaa bbbbbb");
  g_autoptr (SignalrScaleoutPayload) payload = signalr_scaleout_decode (bytes, NULL);

  g_assert_nonnull (payload);
  g_assert_cmpuint (payload->messages->len, ==, 1);
}

static void
test_broken (void)
{
  static const char * const broken[] = {
    "",
    "31",
    "20 1f000000",
    "2d31 20 1f000000",
    "2031 20 1f000000",
    "3165 20 1f000000",
    /* One more than 64 bits hold. */
    "3138343436373434303733373039353531363136 20 0c000000 00000000 0000b3a69ea1da08",
    "31 20",
    "31 20 0c0000",
    "31 20 ffffffff 00000000",
    /* Longer than there is, shorter than its contents. */
    "31 20 0d000000 00000000 0000b3a69ea1da08",
    "31 20 0b000000 00000000 0000b3a69ea1da08",
    /* Many messages, and fewer than none. */
    "31 20 0c000000 ffffff7f 0000b3a69ea1da08",
    "31 20 0c000000 ffffffff 0000b3a69ea1da08",
    /* Strings: too long, of six bytes of length, not UTF-8, with a NUL. */
    "31 20 1f000000 01000000 7f 73 06 682d43686174 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
    "31 20 1f000000 01000000 ffffffffffff0f 682d4368 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
    "31 20 1f000000 01000000 01 73 06 682d436861ff 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
    "31 20 1f000000 01000000 01 73 06 682d43006174 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
    /* The value: too long, and shorter than nothing. */
    "31 20 1f000000 01000000 01 73 06 682d43686174 ffffff7f 7b7d 00 00 00 00 0000b3a69ea1da08",
    "31 20 1f000000 01000000 01 73 06 682d43686174 ffffffff 7b7d 00 00 00 00 0000b3a69ea1da08",
    /* Without a key. */
    "31 20 19000000 01000000 01 73 00 02000000 7b7d 00 00 00 00 0000b3a69ea1da08",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (broken[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrScaleoutPayload) payload = signalr_scaleout_decode (bytes, &error);

      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_null (payload);
    }
}

/* A message cut anywhere is none. */
static void
test_cut (void)
{
  g_autoptr (GBytes) bytes = from_hex ("3133 20 2b000000 01000000 01 73 13 5f5f5349474e414c525f5f5345525645525f5f"
                                       "00000000 01 69 00 01 00 0000b3a69ea1da08");

  for (gsize size = 0; size < g_bytes_get_size (bytes); size++)
    {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (bytes, NULL), size);

      g_assert_null (signalr_scaleout_decode (part, NULL));
    }
}

static void
test_commands (void)
{
  static const struct {
    const char             *text;
    SignalrScaleoutCommand  command;
  } cases[] = {
    { "{\"WaitForAck\":false,\"Id\":\"g\",\"CommandType\":0,\"Value\":null}",
      { .id = (char *) "g", .type = SIGNALR_SCALEOUT_INITIALIZE } },
    { "{\"WaitForAck\":true,\"Id\":\"g\",\"CommandType\":1,\"Value\":\"hg-Hub.group\"}",
      { .id = (char *) "g", .wait_for_ack = TRUE, .type = SIGNALR_SCALEOUT_ADD_TO_GROUP, .value = (char *) "hg-Hub.group" } },
    { "{\"WaitForAck\":true,\"Id\":\"g\",\"CommandType\":2,\"Value\":\"hg-Hub.gr\\\"up\"}",
      { .id = (char *) "g", .wait_for_ack = TRUE, .type = SIGNALR_SCALEOUT_REMOVE_FROM_GROUP,
        .value = (char *) "hg-Hub.gr\"up" } },
    { "{\"WaitForAck\":false,\"Id\":\"g\",\"CommandType\":3,\"Value\":null}",
      { .id = (char *) "g", .type = SIGNALR_SCALEOUT_ABORT } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = signalr_scaleout_command_encode (&cases[i].command);
      g_autoptr (SignalrScaleoutCommand) command = NULL;
      g_autoptr (GError) error = NULL;

      assert_bytes (text, cases[i].text);
      command = signalr_scaleout_command_decode (text, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (command->id, ==, cases[i].command.id);
      g_assert_cmpint (command->wait_for_ack, ==, cases[i].command.wait_for_ack);
      g_assert_cmpint (command->type, ==, cases[i].command.type);
      g_assert_cmpstr (command->value, ==, cases[i].command.value);
    }
}

static void
test_command_names (void)
{
  static const char * const names[] = { "Initializing", "AddToGroup", "RemoveFromGroup", "Abort", "addToGroup" };
  static const SignalrScaleoutCommandType types[] = { 0, 1, 2, 3, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"CommandType\":\"%s\",\"Value\":\"hg-H.g\"}", names[i]);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (SignalrScaleoutCommand) command = signalr_scaleout_command_decode (bytes, NULL);

      g_assert_nonnull (command);
      g_assert_cmpint (command->type, ==, types[i]);
    }
}

static void
test_broken_commands (void)
{
  static const char * const broken[] = {
    "", "null", "1", "[]", "{}", "{\"CommandType\":4}", "{\"CommandType\":-1}", "{\"CommandType\":\"Dance\"}",
    "{\"CommandType\":1}", "{\"CommandType\":2,\"Value\":null}", "{\"CommandType\":1,\"Value\":7}",
    "{\"CommandType\":0,\"Id\":7}", "{\"CommandType\":0,\"WaitForAck\":\"yes\"}", "{\"CommandType\":0",
    "{\"CommandType\":[1]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (broken[i], strlen (broken[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrScaleoutCommand) command = signalr_scaleout_command_decode (text, &error);

      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_null (command);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/aspnet-scaleout/vectors", test_vectors);
  g_test_add_func ("/aspnet-scaleout/long-strings", test_long_strings);
  g_test_add_func ("/aspnet-scaleout/ticks", test_ticks);
  g_test_add_func ("/aspnet-scaleout/surplus", test_surplus);
  g_test_add_func ("/aspnet-scaleout/broken", test_broken);
  g_test_add_func ("/aspnet-scaleout/cut", test_cut);
  g_test_add_func ("/aspnet-scaleout/commands", test_commands);
  g_test_add_func ("/aspnet-scaleout/command-names", test_command_names);
  g_test_add_func ("/aspnet-scaleout/broken-commands", test_broken_commands);

  return g_test_run ();
}
