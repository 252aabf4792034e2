/* aspnet-script.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-script-private.h"

#include <string.h>

#include "aspnet-json-private.h"
#include "protocol/json-write-private.h"
#include "signalr-hub-private.h"

/* The client recognises handlers of older scripts by the comment in relay. */
static const char beginning[] =
  "/* The hubs of this server, for the JavaScript client of ASP.NET SignalR. */\n"
  "(function ($) {\n"
  "  \"use strict\";\n"
  "\n"
  "  if (typeof $.signalR !== \"function\") {\n"
  "    throw new Error(\"SignalR: SignalR is not loaded. Please ensure jquery.signalR-x.js is referenced before ~/signalr/js.\");\n"
  "  }\n"
  "\n"
  "  function relay(hub, handler) {\n"
  "    return function () {\n"
  "      // Call the client hub method\n"
  "      handler.apply(hub, $.makeArray(arguments));\n"
  "    };\n"
  "  }\n"
  "\n"
  "  function register(proxies, verb) {\n"
  "    $.each(proxies, function (key, hub) {\n"
  "      if (!hub.hubName) {\n"
  "        return;\n"
  "      }\n"
  "      $.each(hub.client, function (name, handler) {\n"
  "        if ($.isFunction(handler)) {\n"
  "          hub[verb](name, relay(hub, handler), handler);\n"
  "        }\n"
  "      });\n"
  "    });\n"
  "  }\n"
  "\n"
  "  $.hubConnection.prototype.createHubProxies = function () {\n"
  "    var proxies = {};\n"
  "\n"
  "    function caller(hub, method) {\n"
  "      return function () {\n"
  "        return hub.invoke.apply(hub, $.merge([method], $.makeArray(arguments)));\n"
  "      };\n"
  "    }\n"
  "\n"
  "    this.starting(function () {\n"
  "      register(proxies, \"on\");\n"
  "      this._registerSubscribedHubs();\n"
  "    }).disconnected(function () {\n"
  "      register(proxies, \"off\");\n"
  "    });\n"
  "\n";

static const char end[] =
  "    return proxies;\n"
  "  };\n"
  "\n";

/* What the path says in front of @suffix, which slashes may follow; NULL where it
 * does not end so.
 */
static char *
path_before (SignalrRequest *request,
             const char     *suffix)
{
  gsize length = strlen (request->path);
  gsize size = strlen (suffix);

  while (length > 0 && request->path[length - 1] == '/')
    length--;

  if (length < size || g_ascii_strncasecmp (request->path + length - size, suffix, size) != 0)
    return NULL;

  return g_strndup (request->path, length - size);
}

/* Where the hubs are, for a request that asks for the script; else NULL. */
static char *
base_url (SignalrRequest *request)
{
  char *url = path_before (request, "/hubs");

  return url != NULL ? url : path_before (request, "/js");
}

gboolean
signalr_aspnet_is_script (SignalrRequest *request)
{
  g_autofree char *url = base_url (request);

  return url != NULL && request->mount->endpoint == NULL;
}

/* As JavaScript spells names. */
static char *
camel_case (const char *name)
{
  gunichar first = g_unichar_tolower (g_utf8_get_char (name));
  char letter[7] = "";

  g_unichar_to_utf8 (first, letter);

  return g_strconcat (letter, g_utf8_next_char (name), NULL);
}

static void
append_hub (GString    *script,
            SignalrHub *hub)
{
  const char *proxy_name = signalr_hub_get_proxy_name (hub);
  g_autofree char *name = proxy_name != NULL ? g_strdup (proxy_name) : camel_case (signalr_hub_get_name (hub));
  g_auto (GStrv) methods = signalr_hub_list_methods (hub);
  g_autoptr (GString) place = g_string_new ("proxies[");

  signalr_json_write_string (place, name);
  g_string_append_c (place, ']');

  g_string_append_printf (script, "    %s = this.createHubProxy(", place->str);
  signalr_json_write_string (script, name);
  g_string_append_printf (script, ");\n    %s.client = {};\n    %s.server = {};\n", place->str, place->str);

  for (gsize i = 0; methods[i] != NULL; i++)
    {
      g_autofree char *function = camel_case (methods[i]);

      g_string_append_printf (script, "    %s.server[", place->str);
      signalr_json_write_string (script, function);
      g_string_append_printf (script, "] = caller(%s, ", place->str);
      signalr_json_write_string (script, methods[i]);
      g_string_append (script, ");\n");
    }

  g_string_append_c (script, '\n');
}

static int
compare_names (gconstpointer one,
               gconstpointer other)
{
  return strcmp (signalr_hub_get_name (*(SignalrHub **) one), signalr_hub_get_name (*(SignalrHub **) other));
}

/*< private >
 * signalr_aspnet_answer_script:
 *
 * The address is of the path that was asked for, so that it holds behind a proxy
 * that moves the server elsewhere.
 */
void
signalr_aspnet_answer_script (SignalrRequest *request)
{
  g_autoptr (GPtrArray) hubs = g_ptr_array_copy (request->host->hubs, (GCopyFunc) (gpointer) g_object_ref, NULL);
  g_autoptr (GString) script = g_string_new (beginning);
  g_autofree char *url = base_url (request);

  g_ptr_array_set_free_func (hubs, g_object_unref);
  g_ptr_array_sort (hubs, compare_names);
  for (guint i = 0; i < hubs->len; i++)
    append_hub (script, g_ptr_array_index (hubs, i));

  g_string_append (script, end);
  g_string_append (script, "  $.signalR.hub = $.hubConnection(");
  signalr_json_write_string (script, url);
  g_string_append (script, ", { useDefaultPath: false });\n"
                           "  $.extend($.signalR, $.signalR.hub.createHubProxies());\n"
                           "}(window.jQuery));\n");

  signalr_request_answer (request, SOUP_STATUS_OK, SIGNALR_ASPNET_SCRIPT_TYPE, script->str);
}
