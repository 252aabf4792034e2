/* test-aspnetcore-farm.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnetcore-farm-private.h"

#define JSON "7b2274797065223a312c22746172676574223a226d222c22617267756d656e7473223a5b226869225d7d1e"
#define RECORDS "82 a46a736f6e c42b" JSON "ab6d6573736167657061636b c40c 0b960180c0a16d91a2686990"
/* The same with an invocation id. */
#define ASKING "82 a46a736f6e c43e 7b2274797065223a312c22696e766f636174696f6e4964223a2278222c22746172676574223a226d222c" \
               "22617267756d656e7473223a5b226869225d7d1e ab6d6573736167657061636b c40d 0c960180a178a16d91a2686990 "

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

/* Takes @bytes. */
static void
assert_hex (GBytes     *bytes,
            const char *hex)
{
  g_autoptr (GBytes) owned = bytes;
  g_autoptr (GBytes) expected = from_hex (hex);

  g_assert_true (g_bytes_equal (bytes, expected));
}

/* What is read is written as it was, where it was what ours and the official servers write. */
static void
test_calls (void)
{
  static const struct {
    const char *hex;
    guint       n_excluded;
    const char *id;
  } calls[] = {
    { "92 90 " RECORDS, 0, NULL },
    { "92 92 a26331 a26332 " RECORDS, 2, NULL },
    { "94 90 " ASKING "a178 b54e2e483a696e7465726e616c3a72657475726e3a53", 0, "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GBytes) payload = from_hex (calls[i].hex);
      g_auto (SignalrFarmCall) call = { 0 };
      g_autoptr (GError) error = NULL;

      signalr_farm_call_decode (payload, &call, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (call.excluded != NULL ? g_strv_length (call.excluded) : 0, ==, calls[i].n_excluded);
      g_assert_cmpstr (call.invocation_id, ==, calls[i].id);
      g_assert_cmpstr (call.return_channel, ==, calls[i].id != NULL ? "N.H:internal:return:S" : NULL);
      g_assert_nonnull (call.json);
      g_assert_nonnull (call.messagepack);
      assert_hex (signalr_farm_call_encode (&call), calls[i].hex);
    }
}

static void
test_lenient_calls (void)
{
  static const char * const hexes[] = {
    "93 90 " RECORDS " a178",                  /* three items: no result is wanted */
    "94 90 " RECORDS " c0 c0",                 /* nor without an id, */
    "94 90 " RECORDS " a0 a0",                 /* or with an empty one */
    "95 90 " RECORDS " c0 c0 c0 c1",           /* surplus */
    "dc0002 dc0000 de0002 d904 6a736f6e c5002b" JSON "da000b 6d6573736167657061636b c6 0000000c 0b960180c0a16d91a2686990",
  };
  g_autoptr (GBytes) strange = from_hex ("92 90 82 a27031 c4012a a27032 c4012a");
  g_auto (SignalrFarmCall) other = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (hexes); i++)
    {
      g_autoptr (GBytes) payload = from_hex (hexes[i]);
      g_auto (SignalrFarmCall) call = { 0 };
      g_autoptr (GError) error = NULL;

      signalr_farm_call_decode (payload, &call, &error);
      g_assert_no_error (error);
      g_assert_null (call.invocation_id);
      assert_hex (signalr_farm_call_encode (&call), "92 90 " RECORDS);
    }

  g_assert_true (signalr_farm_call_decode (strange, &other, NULL));
  g_assert_null (other.json);
  g_assert_null (other.messagepack);
}

static void
test_bad_calls (void)
{
  static const char * const hexes[] = {
    "", "90", "91 90", "92 c0 80", "92 90 c0", "92 91 01 80", "92 91 c0 80", "92 91 a1ff 80", "92 91 a3610062 80",
    "92 90 81 01 c4012a", "92 90 81 a46a736f6e c4022a2a", "92 90 81 a46a736f6e c4031e2a1e",
    "92 90 81 ab6d6573736167657061636b c4020200", "92 90 81 ab6d6573736167657061636b c406ffffffffffff",
    "94 90 80 a178 c0", "dd ffffffff", "92 90 df ffffffff", "92 90", "c1", "80",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hexes); i++)
    {
      g_autoptr (GBytes) payload = from_hex (hexes[i]);
      g_auto (SignalrFarmCall) call = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (signalr_farm_call_decode (payload, &call, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static void
test_commands (void)
{
  static const struct {
    const char *hex;
    gint32      id;
    guint       action;
    gboolean    ours;     /* as we write it */
  } commands[] = {
    { "95 2a a153 01 a147 a143", 42, SIGNALR_FARM_ADD, TRUE },
    { "95 2a a153 02 a147 a143", 42, SIGNALR_FARM_REMOVE, TRUE },
    { "95 cd012c a153 02 a147 a143", 300, SIGNALR_FARM_REMOVE, TRUE },
    { "95 ff a153 01 a147 a143", -1, SIGNALR_FARM_ADD, TRUE },
    { "95 d280000000 a153 01 a147 a143", G_MININT32, SIGNALR_FARM_ADD, TRUE },
    { "96 2a a153 01 a147 a143 c0", 42, SIGNALR_FARM_ADD, FALSE },
    { "95 d3000000000000002a d90153 cc03 a147 a143", 42, 3, FALSE },
  };
  static const char * const bad[] = {
    "94 2a a153 01 a147", "95 ce80000000 a153 01 a147 a143", "95 2a a153 ff a147 a143", "95 2a a153 cd0100 a147 a143",
    "95 2a c0 01 a147 a143", "95 2a a153 01 c40147 a143", "95 a12a a153 01 a147 a143", "95 ca40000000 a153 01 a147 a143",
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GBytes) payload = from_hex (commands[i].hex);
      g_auto (SignalrFarmCommand) command = { 0 };
      g_autoptr (GError) error = NULL;

      signalr_farm_command_decode (payload, &command, &error);
      g_assert_no_error (error);
      g_assert_cmpint (command.id, ==, commands[i].id);
      g_assert_cmpstr (command.server, ==, "S");
      g_assert_cmpuint (command.action, ==, commands[i].action);
      g_assert_cmpstr (command.group, ==, "G");
      g_assert_cmpstr (command.connection_id, ==, "C");
      if (commands[i].ours)
        assert_hex (signalr_farm_command_encode (&command), commands[i].hex);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) payload = from_hex (bad[i]);
      g_auto (SignalrFarmCommand) command = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (signalr_farm_command_decode (payload, &command, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static void
test_acks (void)
{
  static const struct {
    const char *hex;
    gint32      id;
    gboolean    ours;
  } acks[] = {
    { "91 00", 0, TRUE }, { "91 2a", 42, TRUE }, { "91 ccb4", 180, TRUE }, { "91 cd0180", 384, TRUE },
    { "91 ce00011170", 70000, TRUE }, { "91 ff", -1, TRUE }, { "91 d18000", -32768, TRUE },
    { "92 2a 01", 42, FALSE }, { "91 d20000002a", 42, FALSE }, { "91 2a ff", 42, FALSE },
  };
  static const char * const bad[] = { "", "90", "91 c0", "91 ce80000000", "91 d3ffffffff7fffffff", "2a", "91" };

  for (guint i = 0; i < G_N_ELEMENTS (acks); i++)
    {
      g_autoptr (GBytes) payload = from_hex (acks[i].hex);
      g_autoptr (GError) error = NULL;
      gint32 id;

      signalr_farm_ack_decode (payload, &id, &error);
      g_assert_no_error (error);
      g_assert_cmpint (id, ==, acks[i].id);
      if (acks[i].ours)
        assert_hex (signalr_farm_ack_encode (id), acks[i].hex);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) payload = from_hex (bad[i]);
      g_autoptr (GError) error = NULL;
      gint32 id;

      g_assert_false (signalr_farm_ack_decode (payload, &id, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static void
test_results (void)
{
  static const char * const hexes[] = {
    "92 a46a736f6e c429 7b2274797065223a332c22696e766f636174696f6e4964223a2278222c22726573756c74223a377d1e",
    "92 ab6d6573736167657061636b c408 0795 03 80 a178 03 07",
    "92 ab6d6573736167657061636b c40a 0995 03 80 a178 01 a26e6f",
  };
  static const char * const bad[] = { "", "90", "91 a46a736f6e", "92 a46a736f6e c0", "92 a46a736f6e c400", "92 c0 c4012a",
                                      "92 a46a736f6e a12a" };

  for (guint i = 0; i < G_N_ELEMENTS (hexes); i++)
    {
      g_autoptr (GBytes) payload = from_hex (hexes[i]);
      g_auto (SignalrFarmResult) result = { 0 };
      g_autoptr (GError) error = NULL;

      signalr_farm_result_decode (payload, &result, &error);
      g_assert_no_error (error);
      assert_hex (signalr_farm_result_encode (&result), hexes[i]);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) payload = from_hex (bad[i]);
      g_auto (SignalrFarmResult) result = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (signalr_farm_result_decode (payload, &result, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/aspnetcore-farm/calls", test_calls);
  g_test_add_func ("/protocol/aspnetcore-farm/lenient-calls", test_lenient_calls);
  g_test_add_func ("/protocol/aspnetcore-farm/bad-calls", test_bad_calls);
  g_test_add_func ("/protocol/aspnetcore-farm/commands", test_commands);
  g_test_add_func ("/protocol/aspnetcore-farm/acks", test_acks);
  g_test_add_func ("/protocol/aspnetcore-farm/results", test_results);

  return g_test_run ();
}
