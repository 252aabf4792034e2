/* fuzz-envelope.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnet-envelope-private.h"
#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"

#include "fuzz.h"

static JsonNode *
parse (GString *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = signalr_json_parse (text->str, text->len, &error);

  g_assert_no_error (error);

  return node;
}

static void
check_result (SignalrHubResult *result)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autoptr (SignalrHubResult) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (signalr_hub_result_encode (result, text, NULL));
  copy = signalr_hub_result_decode (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_true (signalr_hub_result_encode (copy, again, NULL));
  g_assert_cmpstr (text->str, ==, again->str);
}

static void
check_call (JsonNode *node)
{
  g_autoptr (SignalrHubCall) call = signalr_hub_call_decode (node, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (SignalrHubCall) copy = NULL;

  if (call == NULL)
    return;

  g_assert_true (signalr_hub_call_encode (call, text, NULL));
  again = parse (text);
  copy = signalr_hub_call_decode (again, NULL);
  g_assert_nonnull (copy);
  g_assert_cmpstr (call->hub, ==, copy->hub);
  g_assert_cmpstr (call->method, ==, copy->method);
  g_assert_cmpstr (call->id, ==, copy->id);
}

static void
check_message (JsonNode *message)
{
  g_autoptr (SignalrHubResult) result = signalr_hub_result_decode_node (message, NULL);

  if (result != NULL)
    check_result (result);
  check_call (message);
}

static void
check_envelope (SignalrEnvelope *envelope)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonNode) again = NULL;

  for (guint i = 0; i < envelope->messages->len; i++)
    {
      JsonNode *message = envelope->messages->pdata[i];
      GString *out = g_string_new (NULL);

      g_assert_true (signalr_json_write (out, message, NULL));
      g_ptr_array_add (messages, g_string_free_to_bytes (out));
      if (message != NULL)
        check_message (message);
    }

  signalr_envelope_encode (envelope, (GBytes * const *) messages->pdata, messages->len, text);
  g_assert_cmpint (text->str[0], ==, '{');

  /* Messages may be as deep as the whole may be. */
  again = signalr_json_parse (text->str, text->len, NULL);
  if (messages->len == 0)
    g_assert_nonnull (again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrEnvelope) envelope = signalr_envelope_decode (text, size, &error);
  g_autoptr (JsonNode) node = signalr_json_parse (text, size, NULL);

  g_assert_true ((envelope != NULL) == (error == NULL));
  if (envelope != NULL && envelope->result != NULL)
    check_result (envelope->result);
  else if (envelope != NULL)
    check_envelope (envelope);

  if (node != NULL)
    check_message (node);

  return 0;
}
