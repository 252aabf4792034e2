/* test-address.c: the addresses that somebody may have meant
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/tertulia-address.h>

static const struct {
  const char *typed;
  const char *urls;     /* with a space between, or NULL for none */
} addresses[] = {
  { "http://127.0.0.1:5000/signalr", "http://127.0.0.1:5000/signalr" },
  { "https://chat.example.org/deep/hub?room=1", "https://chat.example.org/deep/hub?room=1" },
  { "http://127.0.0.1:5000",
    "http://127.0.0.1:5000/signalr http://127.0.0.1:5000/chatHub http://127.0.0.1:5000/chat" },
  { "http://127.0.0.1:5000/",
    "http://127.0.0.1:5000/signalr http://127.0.0.1:5000/chatHub http://127.0.0.1:5000/chat" },
  { "127.0.0.1:5000/chat", "http://127.0.0.1:5000/chat" },
  { "localhost:5000/chat", "http://localhost:5000/chat" },
  { "[::1]:5000/chat", "http://[::1]:5000/chat" },
  { "server/chat", "http://server/chat" },
  { "chat.example.org/chat", "https://chat.example.org/chat" },
  { " chat.example.org ",
    "https://chat.example.org/signalr https://chat.example.org/chatHub https://chat.example.org/chat" },
  { "chat.example.org?tenant=1",
    "https://chat.example.org/signalr?tenant=1 https://chat.example.org/chatHub?tenant=1 "
    "https://chat.example.org/chat?tenant=1" },
  { "", NULL },
  { "   ", NULL },
  { "ftp://example.org", NULL },
  { "http://", NULL },
  { "http://[::1", NULL },
  { "host:port", NULL },
  { "two words", NULL },
};

static void
test_expand (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) urls = tertulia_address_expand (addresses[i].typed, &error);
      g_autofree char *joined = urls != NULL ? g_strjoinv (" ", urls) : NULL;

      g_test_message ("%s", addresses[i].typed);
      g_assert_cmpstr (joined, ==, addresses[i].urls);

      if (addresses[i].urls == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (error->message, addresses[i].typed));
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/address/expand", test_expand);

  return g_test_run ();
}
