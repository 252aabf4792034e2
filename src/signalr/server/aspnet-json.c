/* aspnet-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-json-private.h"

#include <string.h>

static const char * const reserved[] = {
  "abstract", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "debugger",
  "default", "delete", "do", "double", "else", "enum", "export", "extends", "false", "final", "finally", "float",
  "for", "function", "goto", "if", "implements", "import", "in", "instanceof", "int", "interface", "let", "long",
  "native", "new", "null", "package", "private", "protected", "public", "return", "short", "static", "super",
  "switch", "synchronized", "this", "throw", "throws", "transient", "true", "try", "typeof", "var", "void",
  "volatile", "while", "with", "yield", "NaN", "undefined", "Infinity", NULL,
};

const char *
signalr_aspnet_get_callback (SignalrRequest *request)
{
  const char *callback = signalr_request_get_query (request, "callback");

  return callback != NULL && callback[0] != '\0' ? callback : NULL;
}

static gboolean
is_identifier (const char *text)
{
  if (!g_ascii_isalpha (text[0]) && text[0] != '$' && text[0] != '_')
    return FALSE;

  for (gsize i = 1; text[i] != '\0'; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '$' && text[i] != '_')
        return FALSE;
    }

  return !g_strv_contains (reserved, text);
}

gboolean
signalr_aspnet_is_callback (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      if (!is_identifier (parts[i]))
        return FALSE;
    }

  return TRUE;
}

/* That a callback may be asked for, and is one, has been looked at before. */
void
signalr_aspnet_answer_json (SignalrRequest *request,
                            const char     *json)
{
  const char *callback = signalr_aspnet_get_callback (request);
  g_autofree char *script = NULL;

  if (callback == NULL)
    {
      signalr_request_answer (request, SOUP_STATUS_OK, "application/json; charset=UTF-8", json);
      return;
    }

  script = g_strdup_printf ("%s(%s);", callback, json);
  signalr_request_answer (request, SOUP_STATUS_OK, SIGNALR_ASPNET_SCRIPT_TYPE, script);
}
