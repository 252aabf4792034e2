/* twin-control.c: how part 4 is steered
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host-http.h"
#include "twin.h"

static void
answer (SoupServerMessage *request,
        JsonNode          *value)
{
  g_autoptr (JsonNode) owned = value;
  g_autofree char *text = json_to_string (owned, FALSE);

  host_answer (request, SOUP_STATUS_OK, "application/json", text);
}

static const char *
type_of (SignalrCaller *caller)
{
  switch (signalr_caller_get_transport (caller))
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      return "WebSocketTransport";

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
      return "ServerSentEventsTransport";

    case SIGNALR_TRANSPORT_FOREVER_FRAME:
      return "ForeverFrameTransport";

    case SIGNALR_TRANSPORT_LONG_POLLING:
    case SIGNALR_TRANSPORT_NONE:
    default:
      return "LongPollingTransport";
    }
}

static JsonNode *
list_connections (void)
{
  g_autoptr (JsonArray) list = json_array_new ();
  GHashTableIter iter;
  gpointer id, caller;

  g_hash_table_iter_init (&iter, twin.callers);
  while (g_hash_table_iter_next (&iter, &id, &caller))
    {
      JsonObject *one = json_object_new ();
      SignalrTransport transport = signalr_caller_get_transport (caller);

      json_object_set_string_member (one, "ConnectionId", id);
      json_object_set_boolean_member (one, "IsAlive", TRUE);
      json_object_set_boolean_member (one, "IsTimedOut", FALSE);
      json_object_set_boolean_member (one, "SupportsKeepAlive", transport != SIGNALR_TRANSPORT_LONG_POLLING);
      json_object_set_string_member (one, "type", type_of (caller));
      json_array_add_object_element (list, one);
    }

  return json_node_init_array (json_node_alloc (), list);
}

/* Of one connection, where the query names it, or of all. Any hub can do it, but
 * only one that the client asked for.
 */
static void
for_each (SoupServerMessage  *request,
          void              (*func) (SignalrHub *hub,
                                     const char *connection_id))
{
  g_autofree char *wanted = host_query (request, "id");
  g_autoptr (GList) ids = g_hash_table_get_keys (twin.callers);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      if (wanted == NULL || g_str_equal (wanted, l->data))
        func (twin.chat_hub, l->data);
    }
}

static void
disconnect (SignalrHub *hub,
            const char *connection_id)
{
  signalr_hub_close_client (hub, connection_id, NULL);
}

static void
push (SoupServerMessage *request)
{
  g_autofree char *name = host_query (request, "name");
  g_autofree char *message = host_query (request, "message");
  g_autoptr (JsonNode) args = host_args ("ss", name != NULL ? name : "server", message != NULL ? message : "hello");

  signalr_hub_call_all (twin.chat_hub, "broadcastMessage", args, NULL);
}

static void
push_raw (SoupServerMessage *request)
{
  g_autofree char *message = host_query (request, "message");
  g_autoptr (JsonNode) value = host_string (message != NULL ? message : "hello");
  g_autofree char *text = json_to_string (value, FALSE);
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  signalr_endpoint_broadcast (twin.echo, data, NULL);
}

static void
set (SoupServerMessage *request)
{
  g_autofree char *delay = host_query (request, "startdelay");
  g_autofree char *throws = host_query (request, "startthrow");

  if (delay != NULL)
    twin.start_delay = g_ascii_strtoull (delay, NULL, 10);
  if (throws != NULL)
    twin.refuses = g_ascii_strtoull (throws, NULL, 10) > 0;
}

/* In bytes; 0 where the system does not tell. */
static gint64
resident_size (void)
{
  g_autofree char *text = NULL;
  const char *second;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;

  second = strchr (text, ' ');

  return second != NULL ? g_ascii_strtoll (second, NULL, 10) * sysconf (_SC_PAGESIZE) : 0;
}

static JsonNode *
stats (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  json_object_set_int_member (object, "rss", resident_size ());
  json_object_set_int_member (object, "heap", resident_size ());
  json_object_set_int_member (object, "connections", g_hash_table_size (twin.callers));
  json_object_set_double_member (object, "cpu",
                                 (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
                                 (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0);

  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
live (void)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "heap", resident_size ());
  json_object_set_int_member (object, "live", twin.n_core);

  return json_node_init_object (json_node_alloc (), object);
}

static gboolean
quit_cb (gpointer user_data)
{
  exit (EXIT_SUCCESS);
}

gboolean
twin_control (SignalrServer     *server,
              SoupServerMessage *request,
              const char        *path)
{
  const char *what;

  if (g_str_equal (path, "/gc") || g_str_equal (path, "/live"))
    {
      answer (request, live ());
      return TRUE;
    }

  if (!host_path_is_below (path, "/control"))
    return FALSE;

  what = path + strlen ("/control");
  if (g_str_equal (what, "/connections"))
    answer (request, list_connections ());
  else if (g_str_equal (what, "/stats"))
    answer (request, stats ());
  else
    {
      if (g_str_equal (what, "/end") || g_str_equal (what, "/timeout"))
        for_each (request, signalr_hub_renew_transport);
      else if (g_str_equal (what, "/disconnect"))
        for_each (request, disconnect);
      else if (g_str_equal (what, "/push"))
        push (request);
      else if (g_str_equal (what, "/raw"))
        push_raw (request);
      else if (g_str_equal (what, "/set"))
        set (request);
      else if (g_str_equal (what, "/shutdown"))
        signalr_server_shutdown_async (server, NULL, NULL, NULL);
      else if (g_str_equal (what, "/quit"))
        g_timeout_add (50, quit_cb, NULL);
      else
        {
          host_answer (request, SOUP_STATUS_NOT_FOUND, NULL, NULL);
          return TRUE;
        }

      answer (request, host_string ("ok"));
    }

  return TRUE;
}
