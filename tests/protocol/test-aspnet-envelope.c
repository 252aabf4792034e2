/* test-aspnet-envelope.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>

#include "protocol/aspnet-envelope-private.h"
#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"

static char *
write_node (JsonNode *node)
{
  GString *out = g_string_new (NULL);

  if (node != NULL)
    g_assert_true (signalr_json_write (out, node, NULL));

  return g_string_free (out, FALSE);
}

static char *
describe (SignalrEnvelope *envelope)
{
  g_autoptr (GString) messages = g_string_new (NULL);

  for (guint i = 0; i < envelope->messages->len; i++)
    {
      g_autofree char *text = write_node (envelope->messages->pdata[i]);

      g_string_append_printf (messages, "%s;", *text != '\0' ? text : "broken");
    }

  return g_strdup_printf ("C=%s G=%s E=%s%s%s%s L=%" G_GINT64_FORMAT " M=%s",
                          envelope->cursor != NULL ? envelope->cursor : "",
                          envelope->groups_token != NULL ? envelope->groups_token : "",
                          envelope->error != NULL ? envelope->error : "",
                          envelope->init ? " init" : "", envelope->reconnect ? " reconnect" : "",
                          envelope->disconnect ? " disconnect" : "",
                          envelope->poll_delay, messages->str);
}

static SignalrEnvelope *
decode (const char  *text,
        GError     **error)
{
  gsize length = strlen (text);
  g_autofree char *copy = g_memdup2 (text, length);

  return signalr_envelope_decode (copy, length, error);
}

static void
test_read (void)
{
  static const struct {
    const char *text;
    const char *meaning;
  } cases[] = {
    { "{}", "C= G= E= L=-1 M=" },
    { "{\"C\":\"d-9F-B,0|C,0\",\"S\":1,\"M\":[]}", "C=d-9F-B,0|C,0 G= E= init L=-1 M=" },
    { "{\"C\":\"d\",\"M\":[{\"H\":\"ChatHub\",\"M\":\"add\",\"A\":[\"bob\",\"hi\"]}]}",
      "C=d G= E= L=-1 M={\"H\":\"ChatHub\",\"M\":\"add\",\"A\":[\"bob\",\"hi\"]};" },
    { "{\"C\":\"d\",\"G\":\"AQAA==\",\"M\":[]}", "C=d G=AQAA== E= L=-1 M=" },
    { "{\"C\":\"d\",\"L\":2000,\"M\":[\"raw\",7,null]}", "C=d G= E= L=2000 M=\"raw\";7;null;" },
    { "{\"C\":\"d\",\"T\":1,\"M\":[]}", "C=d G= E= reconnect L=-1 M=" },
    { "{\"D\":1}", "C= G= E= disconnect L=-1 M=" },
    { "{\"E\":\"all is lost\"}", "C= G= E=all is lost L=-1 M=" },
    { " { \"M\" : [ 1 , 2 ] , \"S\" : true , \"C\" : \"x\" , \"Z\" : {} } ", "C=x G= E= init L=-1 M=1;2;" },
    /* Of another type, it is not there. */
    { "{\"C\":7,\"S\":0,\"T\":\"1\",\"D\":2,\"G\":[],\"L\":\"soon\",\"E\":{},\"M\":{}}", "C= G= E= L=-1 M=" },
    { "{\"C\":null,\"S\":null,\"T\":false,\"G\":null,\"L\":null,\"E\":null,\"M\":null}", "C= G= E= L=-1 M=" },
    { "{\"L\":1e300}", "C= G= E= L=2147483647 M=" },
    { "{\"L\":-1e300}", "C= G= E= L=-1 M=" },
    { "{\"L\":1.5}", "C= G= E= L=1 M=" },
    /* One broken element is lost alone. */
    { "{\"C\":\"d\",\"M\":[1,\"\\u0000\",{\"a\":1e999},tru,2]}", "C=d G= E= L=-1 M=1;broken;broken;broken;2;" },
    { "{\"C\":\"d\",\"M\":[\"\xff\",{\"a\":1],3]}", "C=d G= E= L=-1 M=broken;broken;3;" },
    { "{\"C\":\"d\",\"M\":[1,]}", "C=d G= E= L=-1 M=1;broken;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrEnvelope) envelope = decode (cases[i].text, &error);
      g_autofree char *meaning = NULL;

      g_assert_no_error (error);
      g_assert_null (envelope->result);
      meaning = describe (envelope);
      g_assert_cmpstr (meaning, ==, cases[i].meaning);
    }
}

static void
test_refuse (void)
{
  static const char * const cases[] = {
    "", " ", "null", "[]", "\"x\"", "7", "{", "{\"C\":\"d\",\"M\":[}", "{\"C\":\"d\",\"M\":[1}",
    "{\"C\":\"d\",\"M\":[1]", "{\"C\":\"\\u0000\",\"M\":[]}", "{\"C\":\"d\",\"M\":[]}}", "{\"C\":d,\"M\":[]}",
    "{\"I\":{}}", "{\"I\":1.5}", "initialized",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (decode (cases[i], &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

/* Many levels in one message do not reach the others, nor our stack. */
static void
test_deep_element (void)
{
  g_autoptr (GString) text = g_string_new ("{\"C\":\"d\",\"M\":[");
  g_autoptr (SignalrEnvelope) envelope = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, ']');
  g_string_append (text, ",\"next\"]}");

  envelope = decode (text->str, NULL);
  g_assert_cmpuint (envelope->messages->len, ==, 2);
  g_assert_null (envelope->messages->pdata[0]);
  g_assert_cmpstr (json_node_get_string (envelope->messages->pdata[1]), ==, "next");
}

static void
test_cut (void)
{
  const char *text = "{\"C\":\"d-9F-B,0|C,0\",\"G\":\"AQ\\u00e9\",\"M\":[{\"H\":\"h\",\"A\":[1,\"]\"]},\"x\"]}";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autofree char *cut = g_strndup (text, length);

      g_assert_null (decode (cut, NULL));
    }
}

static void
test_write (void)
{
  static const char * const texts[] = { "{\"H\":\"h\",\"M\":\"m\",\"A\":[]}", "\"raw\"" };
  static const struct {
    SignalrEnvelope  envelope;
    guint            n_messages;
    const char      *text;
  } cases[] = {
    { { 0 }, 0, "{}" },
    { { .poll_delay = -1 }, 0, "{}" },
    { { .cursor = (char *) "d", .init = TRUE, .poll_delay = -1 }, 0, "{\"C\":\"d\",\"S\":1,\"M\":[]}" },
    { { .cursor = (char *) "d", .reconnect = TRUE }, 0, "{\"C\":\"d\",\"T\":1,\"M\":[]}" },
    { { .cursor = (char *) "d", .disconnect = TRUE }, 0, "{\"C\":\"d\",\"D\":1,\"M\":[]}" },
    { { .cursor = (char *) "d", .groups_token = (char *) "A=" }, 0, "{\"C\":\"d\",\"G\":\"A=\",\"M\":[]}" },
    { { .cursor = (char *) "d", .init = TRUE, .reconnect = TRUE, .groups_token = (char *) "A=",
        .poll_delay = 2000 }, 2,
      "{\"C\":\"d\",\"S\":1,\"T\":1,\"G\":\"A=\",\"L\":2000,\"M\":[{\"H\":\"h\",\"M\":\"m\",\"A\":[]},\"raw\"]}" },
    { { .error = (char *) "lost" }, 0, "{\"E\":\"lost\"}" },
  };
  GBytes *messages[G_N_ELEMENTS (texts)];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    messages[i] = g_bytes_new_static (texts[i], strlen (texts[i]));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      signalr_envelope_encode (&cases[i].envelope, messages, cases[i].n_messages, out);
      g_assert_cmpstr (out->str, ==, cases[i].text);
    }

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_bytes_unref (messages[i]);
}

static char *
describe_result (SignalrHubResult *result)
{
  g_autofree char *value = write_node (result->result);
  g_autofree char *data = write_node (result->data);
  g_autofree char *state = write_node (result->state);
  g_autofree char *progress = write_node (result->progress);

  return g_strdup_printf ("I=%s R=%s E=%s%s D=%s S=%s P=%s %s",
                          result->id != NULL ? result->id : "", value,
                          result->error != NULL ? result->error : "", result->hub_error ? "!" : "",
                          data, state, result->progress_id != NULL ? result->progress_id : "", progress);
}

static void
test_results (void)
{
  static const struct {
    const char *text;
    const char *meaning;
    const char *written;       /* NULL: the same */
  } cases[] = {
    { "{\"I\":\"0\"}", "I=0 R= E= D= S= P= " },
    { "{\"R\":6,\"I\":\"1\"}", "I=1 R=6 E= D= S= P= " },
    { "{\"S\":{\"Company\":\"X\"},\"R\":\"X\",\"I\":\"3\"}", "I=3 R=\"X\" E= D= S={\"Company\":\"X\"} P= " },
    { "{\"I\":\"0\",\"E\":\"There was an error\"}", "I=0 R= E=There was an error D= S= P= " },
    { "{\"I\":\"0\",\"H\":true,\"E\":\"message\",\"D\":{\"code\":42}}",
      "I=0 R= E=message! D={\"code\":42} S= P= " },
    { "{\"I\":null}", "I= R= E= D= S= P= " },
    { "{\"I\":\"P|0\",\"P\":{\"I\":\"0\",\"D\":33}}", "I=P|0 R= E= D= S= P=0 33" },
    { "{\"S\":{\"a\":1},\"I\":\"P|0\",\"P\":{\"I\":\"0\",\"D\":null}}", "I=P|0 R= E= D= S={\"a\":1} P=0 null" },
    { "{\"E\":\"x\",\"I\":7,\"T\":\"at …\",\"Z\":1}", "I=7 R= E=x D= S= P= ", "{\"I\":\"7\",\"E\":\"x\"}" },
    { "{\"I\":\"0\",\"R\":null,\"E\":null,\"D\":null,\"S\":null,\"H\":null,\"P\":null}", "I=0 R= E= D= S= P= ",
      "{\"I\":\"0\"}" },
    { "{\"I\":\"0\",\"E\":{\"why\":1}}", "I=0 R= E={\"why\":1} D= S= P= ",
      "{\"I\":\"0\",\"E\":\"{\\\"why\\\":1}\"}" },
    { "{\"I\":\"0\",\"H\":1,\"S\":[],\"P\":7}", "I=0 R= E= D= S= P= ", "{\"I\":\"0\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrHubResult) result = NULL;
      g_autoptr (SignalrEnvelope) envelope = NULL;
      g_autoptr (GString) out = g_string_new (NULL);
      g_autofree char *meaning = NULL, *same = NULL;

      result = signalr_hub_result_decode (cases[i].text, strlen (cases[i].text), &error);
      g_assert_no_error (error);
      meaning = describe_result (result);
      g_assert_cmpstr (meaning, ==, cases[i].meaning);

      /* On a WebSocket it comes where envelopes come. */
      envelope = decode (cases[i].text, &error);
      g_assert_no_error (error);
      same = describe_result (envelope->result);
      g_assert_cmpstr (same, ==, meaning);

      g_assert_true (signalr_hub_result_encode (result, out, NULL));
      g_assert_cmpstr (out->str, ==, cases[i].written != NULL ? cases[i].written : cases[i].text);
    }
}

static void
test_results_refuse (void)
{
  static const char * const cases[] = {
    "", "null", "[]", "{\"I\":{}}", "{\"I\":[]}", "{\"I\":true}", "{\"I\":\"0\",\"P\":{\"I\":[]}}", "{\"I\":",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (signalr_hub_result_decode (cases[i], strlen (cases[i]), &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static JsonNode *
parse (const char *text)
{
  JsonNode *node = signalr_json_parse (text, strlen (text), NULL);

  g_assert_nonnull (node);

  return node;
}

static void
test_calls (void)
{
  static const struct {
    const char *text;
    const char *written;       /* NULL: the same */
  } cases[] = {
    { "{\"H\":\"ChatHub\",\"M\":\"addMessage\",\"A\":[\"bob\",\"hi\"],\"S\":{\"x\":1}}", NULL },
    { "{\"H\":\"chathub\",\"M\":\"Send\",\"A\":[\"bob\",{\"x\":1}],\"I\":0,\"S\":{\"name\":\"bob\"}}",
      "{\"H\":\"chathub\",\"M\":\"Send\",\"A\":[\"bob\",{\"x\":1}],\"I\":\"0\",\"S\":{\"name\":\"bob\"}}" },
    { "{\"I\":\"0\",\"H\":\"ChatHub\",\"M\":\"Send\",\"A\":[]}",
      "{\"H\":\"ChatHub\",\"M\":\"Send\",\"A\":[],\"I\":\"0\"}" },
    { "{\"h\":\"c\",\"m\":\"Send\",\"a\":[1],\"i\":\"x\",\"s\":{}}",
      "{\"H\":\"c\",\"M\":\"Send\",\"A\":[1],\"I\":\"x\",\"S\":{}}" },
    { "{\"H\":\"c\",\"M\":\"Send\"}", "{\"H\":\"c\",\"M\":\"Send\",\"A\":[]}" },
    { "{\"H\":\"c\",\"M\":\"Send\",\"A\":null,\"I\":null,\"S\":null,\"Z\":1}",
      "{\"H\":\"c\",\"M\":\"Send\",\"A\":[]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = parse (cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrHubCall) call = signalr_hub_call_decode (node, &error);
      g_autoptr (GString) out = g_string_new (NULL);

      g_assert_no_error (error);
      g_assert_true (JSON_NODE_HOLDS_ARRAY (call->args));
      g_assert_true (signalr_hub_call_encode (call, out, NULL));
      g_assert_cmpstr (out->str, ==, cases[i].written != NULL ? cases[i].written : cases[i].text);
    }
}

static void
test_calls_refuse (void)
{
  static const char * const cases[] = {
    "[]", "null", "\"x\"", "{}", "{\"H\":\"c\"}", "{\"M\":\"m\"}", "{\"H\":7,\"M\":\"m\"}",
    "{\"H\":\"c\",\"M\":[]}", "{\"H\":\"c\",\"M\":\"m\",\"A\":{}}", "{\"H\":\"c\",\"M\":\"m\",\"I\":{}}",
    "{\"H\":\"c\",\"M\":\"m\",\"I\":1.5}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = parse (cases[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (signalr_hub_call_decode (node, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

/* What cannot be written leaves nothing behind. */
static void
test_write_refuses (void)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) args = json_node_init_array (json_node_alloc (), array);
  SignalrHubCall call = { .hub = (char *) "c", .method = (char *) "m", .args = args };
  SignalrHubResult result = { .id = (char *) "0", .result = args };
  g_autoptr (GString) out = g_string_new ("before");
  g_autoptr (GError) error = NULL;

  json_array_add_double_element (array, NAN);
  g_assert_false (signalr_hub_call_encode (&call, out, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_assert_false (signalr_hub_result_encode (&result, out, NULL));
  g_assert_cmpstr (out->str, ==, "before");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/aspnet/envelope/read", test_read);
  g_test_add_func ("/protocol/aspnet/envelope/refuse", test_refuse);
  g_test_add_func ("/protocol/aspnet/envelope/deep-element", test_deep_element);
  g_test_add_func ("/protocol/aspnet/envelope/cut", test_cut);
  g_test_add_func ("/protocol/aspnet/envelope/write", test_write);
  g_test_add_func ("/protocol/aspnet/results", test_results);
  g_test_add_func ("/protocol/aspnet/results/refuse", test_results_refuse);
  g_test_add_func ("/protocol/aspnet/calls", test_calls);
  g_test_add_func ("/protocol/aspnet/calls/refuse", test_calls_refuse);
  g_test_add_func ("/protocol/aspnet/write-refuses", test_write_refuses);

  return g_test_run ();
}
