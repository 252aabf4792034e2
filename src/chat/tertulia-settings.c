/* tertulia-settings.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-settings.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SCHEMA_ID "org.tertulia.Tertulia"

/**
 * TertuliaSettings:
 *
 * What the user has chosen, as properties of the keys' names and types. Times
 * are in seconds. What is set is stored at once, and a change made by anybody
 * else is notified.
 */
struct _TertuliaSettings {
  GObject    parent_instance;

  GSettings *gsettings;
};

G_DEFINE_FINAL_TYPE (TertuliaSettings, tertulia_settings, G_TYPE_OBJECT)

static const char * const string_keys[] = { "server", "name" };
static const char * const boolean_keys[] = { "use-server-timeouts", "retry" };
static const char * const double_keys[] = {
  "slow-after", "keep-alive-timeout", "disconnect-timeout",
  "server-keep-alive", "server-disconnect-timeout", "server-connection-timeout",
  "notify-after",
};

static void
tertulia_settings_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TertuliaSettings *self = TERTULIA_SETTINGS (object);

  if (G_VALUE_HOLDS_STRING (value))
    g_value_take_string (value, g_settings_get_string (self->gsettings, pspec->name));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, g_settings_get_boolean (self->gsettings, pspec->name));
  else
    g_value_set_double (value, g_settings_get_double (self->gsettings, pspec->name));
}

static void
tertulia_settings_set_property (GObject      *object,
                                guint         property_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  TertuliaSettings *self = TERTULIA_SETTINGS (object);

  if (G_VALUE_HOLDS_STRING (value))
    {
      const char *string = g_value_get_string (value);

      g_settings_set_string (self->gsettings, pspec->name, string != NULL ? string : "");
    }
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_settings_set_boolean (self->gsettings, pspec->name, g_value_get_boolean (value));
  else
    g_settings_set_double (self->gsettings, pspec->name, g_value_get_double (value));
}

static void
tertulia_settings_changed_cb (TertuliaSettings *self,
                              const char       *key)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (self), key) != NULL)
    g_object_notify (G_OBJECT (self), key);
}

/* Programs run from the build folder without being installed: its compiled
 * schemas lie beside the folders of the programs.
 */
static GSettingsSchema *
tertulia_settings_find_schema (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = NULL;
  g_autoptr (GSettingsSchemaSource) built = NULL;
  g_autofree char *program = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *data = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);
  if (schema != NULL)
    return schema;

  program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return NULL;

  folder = g_path_get_dirname (program);
  data = g_build_filename (folder, "..", "..", "data", NULL);
  built = g_settings_schema_source_new_from_directory (data, source, FALSE, NULL);
  if (built == NULL)
    return NULL;

  return g_settings_schema_source_lookup (built, SCHEMA_ID, FALSE);
}

static void
tertulia_settings_dispose (GObject *object)
{
  TertuliaSettings *self = TERTULIA_SETTINGS (object);

  g_clear_object (&self->gsettings);

  G_OBJECT_CLASS (tertulia_settings_parent_class)->dispose (object);
}

static void
tertulia_settings_class_init (TertuliaSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  guint id = 1;

  object_class->dispose = tertulia_settings_dispose;
  object_class->get_property = tertulia_settings_get_property;
  object_class->set_property = tertulia_settings_set_property;

  for (gsize i = 0; i < G_N_ELEMENTS (string_keys); i++)
    g_object_class_install_property (object_class, id++,
                                     g_param_spec_string (string_keys[i], NULL, NULL, "", flags));

  for (gsize i = 0; i < G_N_ELEMENTS (boolean_keys); i++)
    g_object_class_install_property (object_class, id++,
                                     g_param_spec_boolean (boolean_keys[i], NULL, NULL, TRUE, flags));

  for (gsize i = 0; i < G_N_ELEMENTS (double_keys); i++)
    g_object_class_install_property (object_class, id++,
                                     g_param_spec_double (double_keys[i], NULL, NULL,
                                                          0, 86400, 0, flags));
}

static void
tertulia_settings_init (TertuliaSettings *self)
{
  g_autoptr (GSettingsSchema) schema = tertulia_settings_find_schema ();

  if (schema == NULL)
    g_error ("The settings schema %s is not installed", SCHEMA_ID);

  self->gsettings = g_settings_new_full (schema, NULL, NULL);
  g_signal_connect_object (self->gsettings, "changed",
                           G_CALLBACK (tertulia_settings_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * tertulia_settings_new:
 *
 * Returns: (transfer full): the user's settings
 */
TertuliaSettings *
tertulia_settings_new (void)
{
  return g_object_new (TERTULIA_TYPE_SETTINGS, NULL);
}

/**
 * tertulia_settings_get_gsettings:
 *
 * Returns: (transfer none): what the settings are stored in
 */
GSettings *
tertulia_settings_get_gsettings (TertuliaSettings *self)
{
  g_return_val_if_fail (TERTULIA_IS_SETTINGS (self), NULL);

  return self->gsettings;
}

static const char *
check_client (const TertuliaTimeouts *timeouts,
              const char             *key)
{
  if (g_str_equal (key, "disconnect-timeout"))
    return timeouts->disconnect_timeout > 0
             ? NULL : N_("The disconnect timeout must be longer than 0 seconds");

  if (g_str_equal (key, "slow-after") && !(timeouts->slow_after > 0))
    return N_("The warning must come after more than 0 seconds");
  if (g_str_equal (key, "keep-alive-timeout") && !(timeouts->keep_alive_timeout > 0))
    return N_("The keep-alive timeout must be longer than 0 seconds");

  if (!(timeouts->slow_after < timeouts->keep_alive_timeout))
    return N_("The warning must come before the keep-alive timeout");

  return NULL;
}

static const char *
check_server (const TertuliaTimeouts *timeouts,
              const char             *key)
{
  if (g_str_equal (key, "server-connection-timeout"))
    return timeouts->server_connection_timeout >= 1
             ? NULL : N_("The connection timeout must be at least 1 second");

  if (g_str_equal (key, "server-disconnect-timeout") &&
      !(timeouts->server_disconnect_timeout >= 6))
    return N_("The disconnect timeout must be at least 6 seconds");
  if (g_str_equal (key, "server-keep-alive") &&
      timeouts->server_keep_alive != 0 && !(timeouts->server_keep_alive >= 2))
    return N_("KeepAlive must be at least 2 seconds, or 0 for none");

  /* In milliseconds, as the server has it: a third of 20 s is 6,666 ms. */
  if (timeouts->server_keep_alive * 1000 > timeouts->server_disconnect_timeout * 1000 / 3)
    return N_("KeepAlive must be at most a third of the disconnect timeout");

  return NULL;
}

/**
 * tertulia_timeouts_check:
 * @timeouts: all the times, one of them just typed
 * @key: the settings key of that one
 *
 * Checks the rules that @key takes part in.
 *
 * Returns: (nullable): %NULL where it is good, else the rule, in one sentence
 *   to be translated by gettext ()
 */
const char *
tertulia_timeouts_check (const TertuliaTimeouts *timeouts,
                         const char             *key)
{
  const struct {
    const char *key;
    double      value;
  } values[] = {
    { "slow-after", timeouts->slow_after },
    { "keep-alive-timeout", timeouts->keep_alive_timeout },
    { "disconnect-timeout", timeouts->disconnect_timeout },
    { "server-keep-alive", timeouts->server_keep_alive },
    { "server-disconnect-timeout", timeouts->server_disconnect_timeout },
    { "server-connection-timeout", timeouts->server_connection_timeout },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (!g_str_equal (values[i].key, key))
        continue;

      if (!isfinite (values[i].value))
        return N_("This must be a number of seconds");
      if (values[i].value > 86400)
        return N_("This must be at most a day, 86,400 seconds");

      return g_str_has_prefix (key, "server-") ? check_server (timeouts, key)
                                               : check_client (timeouts, key);
    }

  g_return_val_if_reached (NULL);
}
