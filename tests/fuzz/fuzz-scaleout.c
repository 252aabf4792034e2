/* fuzz-scaleout.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnet-scaleout-private.h"

#include "fuzz.h"

static void
check_command (GBytes *value)
{
  g_autoptr (SignalrScaleoutCommand) command = signalr_scaleout_command_decode (value, NULL);
  g_autoptr (SignalrScaleoutCommand) copy = NULL;
  g_autoptr (GBytes) text = NULL;

  if (command == NULL || command->id == NULL)
    return;

  text = signalr_scaleout_command_encode (command);
  copy = signalr_scaleout_command_decode (text, NULL);
  g_assert_nonnull (copy);
  g_assert_cmpint (copy->type, ==, command->type);
  g_assert_cmpstr (copy->id, ==, command->id);
  g_assert_cmpstr (copy->value, ==, command->value);
}

static void
check_message (const SignalrScaleoutMessage *message,
               gint64                        ticks)
{
  g_autoptr (GBytes) body = signalr_scaleout_encode (message, ticks);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) numbered = NULL;
  g_autoptr (SignalrScaleoutPayload) again = NULL;
  SignalrScaleoutMessage *copy;

  g_byte_array_append (bytes, (const guint8 *) "7 ", 2);
  g_byte_array_append (bytes, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  numbered = g_bytes_new (bytes->data, bytes->len);
  again = signalr_scaleout_decode (numbered, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->id, ==, 7);
  g_assert_cmpint (again->ticks, ==, ticks);

  copy = g_ptr_array_index (again->messages, 0);
  g_assert_cmpstr (copy->source, ==, message->source);
  g_assert_cmpstr (copy->key, ==, message->key);
  g_assert_true (g_bytes_equal (copy->value, message->value));
  g_assert_cmpstr (copy->command_id, ==, message->command_id);
  g_assert_cmpstr (copy->filter, ==, message->filter);
  g_assert_cmpint (copy->wait_for_ack, ==, message->wait_for_ack);
  g_assert_cmpint (copy->is_ack, ==, message->is_ack);

  check_command (message->value);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrScaleoutPayload) payload = signalr_scaleout_decode (bytes, &error);

  g_assert_true ((payload != NULL) == (error == NULL));
  for (guint i = 0; payload != NULL && i < payload->messages->len; i++)
    check_message (payload->messages->pdata[i], payload->ticks);

  check_command (bytes);

  return 0;
}
