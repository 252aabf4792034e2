/* tool-options.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tertulia-config.h"

#define MAX_SECONDS 4294967.0   /* G_MAXUINT ms, and some 50 days */

/* One sentence, for people. */
void
tool_say (const ToolProgram *program,
          const char        *sentence)
{
  fprintf (stderr, "%s: %s\n", program->name, sentence);
}

ToolExit
tool_options_refuse (const ToolProgram *program,
                     const char        *format,
                     ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);

  tool_say (program, sentence);
  fprintf (stderr, "Try “%s --help”.\n", program->name);

  return TOOL_EXIT_USAGE;
}

gboolean
tool_options_parse (const ToolProgram  *program,
                    int                 argc,
                    char              **argv,
                    gpointer            options,
                    GStrv              *arguments,
                    ToolExit           *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (program->parameters);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = g_new0 (char *, argc + 1);
  g_auto (GStrv) rest = NULL;
  gboolean help = FALSE;
  gboolean version = FALSE;
  GOptionGroup *group;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help and exit", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Show the version and exit", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
    { NULL }
  };

  for (int i = 0; i < argc; i++)
    args[i] = g_strdup (argv[i]);

  group = g_option_group_new ("main", "", "", options, NULL);
  g_option_group_add_entries (group, program->entries);
  g_option_group_add_entries (group, own);
  g_option_context_set_main_group (context, group);
  /* GOption's own ends the program, and prints in the locale's character set. */
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, program->summary);
  g_set_prgname (program->name);

  if (!g_option_context_parse_strv (context, &args, &error))
    {
      *status = tool_options_refuse (program, "%s", error->message);
      return FALSE;
    }
  if (help || version)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      if (help)
        fputs (text, stdout);
      else
        printf ("%s %s\n", program->name, TERTULIA_VERSION);
      *status = TOOL_EXIT_DONE;
      return FALSE;
    }

  *arguments = rest != NULL ? g_steal_pointer (&rest) : g_new0 (char *, 1);

  return TRUE;
}

gboolean
tool_options_refuse_value (const char  *option,
                           const char  *value,
                           const char  *wanted,
                           GError     **error)
{
  g_autofree char *shown = g_utf8_make_valid (value, -1);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s takes %s, not “%s”", option, wanted, shown);

  return FALSE;
}

/* Seconds with decimals, more than none. */
gboolean
tool_options_read_seconds (const char  *option,
                           const char  *value,
                           guint       *milliseconds,
                           GError     **error)
{
  char *end;
  double seconds;

  seconds = g_ascii_strtod (value, &end);
  if (end == value || *end != '\0' || strspn (value, "0123456789.") != strlen (value) ||
      seconds < 0.001 || seconds > MAX_SECONDS)
    return tool_options_refuse_value (option, value, "seconds, from 0.001 to 4294967", error);

  *milliseconds = (guint) round (seconds * 1000);

  return TRUE;
}

gboolean
tool_options_read_bytes (const char  *option,
                         const char  *value,
                         guint       *size,
                         GError     **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, G_MAXINT32, &number, NULL))
    return tool_options_refuse_value (option, value, "a number of bytes, from 1 to 2147483647", error);

  *size = number;

  return TRUE;
}

gboolean
tool_options_read_port (const char  *option,
                        const char  *value,
                        guint16     *port,
                        GError     **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT16, &number, NULL))
    return tool_options_refuse_value (option, value, "a port, from 0 to 65535", error);

  *port = number;

  return TRUE;
}

gboolean
tool_options_read_choice (const char         *option,
                          const char         *value,
                          const char * const *choices,
                          guint              *index,
                          GError            **error)
{
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (guint i = 0; choices[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (value, choices[i]) == 0)
        {
          *index = i;
          return TRUE;
        }

      if (i > 0)
        g_string_append (wanted, choices[i + 1] != NULL ? ", " : " or ");
      g_string_append (wanted, choices[i]);
    }

  return tool_options_refuse_value (option, value, wanted->str, error);
}

/* Text without control characters, which end a header or hide what is said. */
gboolean
tool_options_read_text (const char  *option,
                        const char  *value,
                        char       **text,
                        GError     **error)
{
  if (*value == '\0' || !g_utf8_validate (value, -1, NULL))
    return tool_options_refuse_value (option, value, "text in UTF-8", error);

  for (const char *c = value; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (c)))
        return tool_options_refuse_value (option, "…", "text without control characters", error);
    }

  g_free (*text);
  *text = g_strdup (value);

  return TRUE;
}

/* What stands behind the separator is not told: it may be secret. */
gboolean
tool_options_read_pair (const char  *option,
                        const char  *value,
                        char         separator,
                        char       **name,
                        char       **content,
                        GError     **error)
{
  g_autofree char *text = NULL;
  char *found;

  if (!tool_options_read_text (option, value, &text, error))
    return FALSE;

  found = strchr (text, separator);
  if (found == NULL || found == text)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s takes a name and a value with “%c” between them", option, separator);
      return FALSE;
    }

  *found = '\0';
  *name = g_strdup (text);
  *content = g_strdup (found + 1);

  return TRUE;
}
