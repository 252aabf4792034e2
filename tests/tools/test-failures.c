/* test-failures.c: every wrong address gives one sentence that names the cause
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#include "certificate.h"

/* A connection that cannot be made: told once, in one sentence, with exit code 1. */
static char * G_GNUC_NULL_TERMINATED
fail_to_connect (const char *address,
                 ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (Program) client = NULL;
  g_autofree char *said = NULL;
  JsonObject *event;
  const char *sentence;
  const char *arg;
  va_list list;

  g_ptr_array_add (args, (gpointer) "connect");
  g_ptr_array_add (args, (gpointer) address);
  va_start (list, address);
  do
    {
      arg = va_arg (list, const char *);
      g_ptr_array_add (args, (gpointer) arg);
    }
  while (arg != NULL);
  va_end (list);

  client = program_startv ("signalr-cli", (const char * const *) args->pdata);
  event = program_expect (client, "disconnected");
  g_assert_cmpstr (event_string (event, "reason"), ==, "failed");
  sentence = event_string (event, "error");
  g_assert_cmpint (program_wait_end (client), ==, 1);

  said = g_strdup_printf ("signalr-cli: %s\n", sentence);
  g_assert_cmpstr (program_get_errors (client), ==, said);
  g_assert_null (strchr (sentence, '\n'));

  return g_strdup (sentence);
}

static void
assert_says (const char *sentence,
             const char *words)
{
  if (strstr (sentence, words) == NULL)
    g_error ("“%s” does not say “%s”", sentence, words);
}

static void
test_refused (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *address = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  /* Bound, so that nobody else is there; and not listened to. */
  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  address = g_strdup_printf ("http://127.0.0.1:%u/signalr",
                             g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));

  sentence = fail_to_connect (address, NULL);
  assert_says (sentence, "refused");
  assert_says (sentence, address);
}

static void
test_name (void)
{
  g_autofree char *sentence = fail_to_connect ("http://nothing.invalid/signalr", NULL);

  assert_says (sentence, "nothing.invalid");
  assert_says (sentence, "could not be resolved");
}

static void
test_address (void)
{
  const char *addresses[] = { "nonsense", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/" };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *sentence = fail_to_connect (addresses[i], NULL);

      assert_says (sentence, addresses[i]);
      assert_says (sentence, "is not an address");
    }
}

static void
test_not_found (void)
{
  const char *dialects[] = { "auto", "aspnet", "aspnetcore" };
  g_autoptr (Program) server = program_start ("tertulia-server", NULL);
  g_autofree char *address = g_strconcat (program_wait_address (server), "/nothing", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autofree char *sentence = fail_to_connect (address, "--protocol", dialects[i], NULL);

      assert_says (sentence, "404");
      assert_says (sentence, address);
    }
}

static void
test_no_hub (void)
{
  const char *dialects[] = { "auto", "aspnet" };
  g_autoptr (Program) server = program_start ("tertulia-server", NULL);
  g_autofree char *address = g_strconcat (program_wait_address (server), "/signalr", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autofree char *sentence = fail_to_connect (address, "--hub", "nowhere",
                                                   "--protocol", dialects[i], NULL);

      assert_says (sentence, "no hub");
      assert_says (sentence, "nowhere");
    }
}

static void
test_unauthorized (void)
{
  const char *paths[] = { "/signalr", "/chatHub" };
  g_autoptr (Program) server = program_start ("tertulia-server", "--token", "Ana=one", NULL);
  const char *base = program_wait_address (server);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *address = g_strconcat (base, paths[i], NULL);
      g_autofree char *none = fail_to_connect (address, "--hub", "chatHub", NULL);
      g_autofree char *wrong = fail_to_connect (address, "--hub", "chatHub", "--bearer", "another", NULL);

      assert_says (none, "401");
      assert_says (wrong, "401");
      g_assert_null (strstr (wrong, "another"));
    }
}

static gboolean
answer_hello_cb (GSocketService    *service,
                 GSocketConnection *connection,
                 GObject           *source,
                 gpointer           user_data)
{
  static const char answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
    "<p>Hello</p>";
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char request[4096];

  /* The whole request is here, or a reset would outrun the answer. */
  g_input_stream_read (input, request, sizeof request, NULL, NULL);
  g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

static void
test_not_signalr (void)
{
  const char *dialects[] = { "auto", "aspnet", "aspnetcore" };
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  guint16 port;

  g_signal_connect (service, "run", G_CALLBACK (answer_hello_cb), NULL);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  g_assert_no_error (error);
  address = g_strdup_printf ("http://127.0.0.1:%u/signalr", port);

  for (gsize i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autofree char *sentence = fail_to_connect (address, "--protocol", dialects[i], NULL);

      assert_says (sentence, "is not a SignalR server");
      assert_says (sentence, address);
    }

  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

/* Sanitizers are set to less here: the search for leaks fails in the thread of
 * GnuTLS, and with the slow unwinder it takes longer than an attempt may to read
 * the system's certificates.
 */
static void
test_tls (void)
{
  g_autofree char *options = g_strdup (g_getenv ("ASAN_OPTIONS"));
  g_autofree char *certificate = certificate_write ();
  g_autoptr (Program) server = NULL;
  g_autoptr (Program) client = NULL;
  g_autofree char *address = NULL;
  g_autofree char *sentence = NULL;
  const char *base;

  g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
  server = program_start ("tertulia-server", "--tls-certificate", certificate,
                          "--tls-key", certificate, NULL);
  base = program_wait_address (server);
  g_assert_true (g_str_has_prefix (base, "https://127.0.0.1:"));
  address = g_strconcat (base, "/chatHub", NULL);
  sentence = fail_to_connect (address, NULL);
  assert_says (sentence, "identity");
  assert_says (sentence, address);

  client = program_start ("signalr-cli", "connect", address, "--tls-ca", certificate, NULL);
  program_expect (client, "connected");

  if (options != NULL)
    g_setenv ("ASAN_OPTIONS", options, TRUE);
}

/* What cannot be had is not tried again, even by who never gives up. */
static void
test_retry_initial (void)
{
  g_autoptr (Program) server = program_start ("tertulia-server", NULL);
  g_autofree char *address = g_strconcat (program_wait_address (server), "/nothing", NULL);
  g_autofree char *permanent = fail_to_connect (address, "--retry", "forever", "--retry-initial", NULL);
  g_autoptr (Program) link = NULL;
  g_autoptr (Program) client = NULL;
  g_autofree char *passing = NULL;

  assert_says (permanent, "404");

  /* A port where nobody is yet: somebody may come. */
  link = program_start ("signalr-link", "--listen", "0", "--to", "127.0.0.1:1", NULL);
  passing = g_strdup_printf ("http://127.0.0.1:%" G_GINT64_FORMAT "/signalr", program_wait_port (link));
  program_do (link, "{\"do\":\"set\",\"mode\":\"gone\"}");
  program_wait (link, "mode");

  client = program_start ("signalr-cli", "connect", passing, "--retry", "forever", "--retry-initial", NULL);
  program_expect (client, "disconnected");
  g_assert_cmpint (json_object_get_int_member (program_expect (client, "retry"), "attempt"), ==, 1);
  program_end_input (client);
  g_assert_cmpint (program_wait_end (client), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tools/failures/refused", test_refused);
  g_test_add_func ("/tools/failures/name", test_name);
  g_test_add_func ("/tools/failures/address", test_address);
  g_test_add_func ("/tools/failures/not-found", test_not_found);
  g_test_add_func ("/tools/failures/no-hub", test_no_hub);
  g_test_add_func ("/tools/failures/unauthorized", test_unauthorized);
  g_test_add_func ("/tools/failures/not-signalr", test_not_signalr);
  g_test_add_func ("/tools/failures/tls", test_tls);
  g_test_add_func ("/tools/failures/retry-initial", test_retry_initial);

  return g_test_run ();
}
