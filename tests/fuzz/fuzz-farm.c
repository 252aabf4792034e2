/* fuzz-farm.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "protocol/aspnetcore-farm-private.h"

/* What has been read can be written, and read again as the same. */
static void
check_call (GBytes *payload)
{
  g_auto (SignalrFarmCall) call = { 0 };
  g_auto (SignalrFarmCall) again = { 0 };
  g_autoptr (GBytes) one = NULL;
  g_autoptr (GBytes) two = NULL;

  if (!signalr_farm_call_decode (payload, &call, NULL))
    return;

  one = signalr_farm_call_encode (&call);
  g_assert_true (signalr_farm_call_decode (one, &again, NULL));
  two = signalr_farm_call_encode (&again);
  g_assert_true (g_bytes_equal (one, two));
}

static void
check_command (GBytes *payload)
{
  g_auto (SignalrFarmCommand) command = { 0 };
  g_auto (SignalrFarmCommand) again = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (!signalr_farm_command_decode (payload, &command, NULL))
    return;

  bytes = signalr_farm_command_encode (&command);
  g_assert_true (signalr_farm_command_decode (bytes, &again, NULL));
  g_assert_cmpint (command.id, ==, again.id);
  g_assert_cmpuint (command.action, ==, again.action);
  g_assert_cmpstr (command.group, ==, again.group);
}

static void
check_rest (GBytes *payload)
{
  g_auto (SignalrFarmResult) result = { 0 };
  gint32 id, again;

  if (signalr_farm_ack_decode (payload, &id, NULL))
    {
      g_autoptr (GBytes) bytes = signalr_farm_ack_encode (id);

      g_assert_true (signalr_farm_ack_decode (bytes, &again, NULL));
      g_assert_cmpint (id, ==, again);
    }

  if (signalr_farm_result_decode (payload, &result, NULL))
    g_bytes_unref (signalr_farm_result_encode (&result));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, size);

  check_call (payload);
  check_command (payload);
  check_rest (payload);

  return 0;
}
