/* tertulia-application.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-application.h"

#include <glib/gi18n.h>
#include <locale.h>

#include <chat/tertulia-address.h>
#include <chat/tertulia-settings.h>

#include "tertulia-config.h"
#include "tertulia-preferences.h"
#include "tertulia-walk.h"
#include "tertulia-window.h"

struct _TertuliaApplication {
  AdwApplication    parent_instance;

  TertuliaSettings *settings;
  TertuliaWalk     *walk;
  int               exit_status;
};

G_DEFINE_FINAL_TYPE (TertuliaApplication, tertulia_application, ADW_TYPE_APPLICATION)

static const GOptionEntry option_entries[] = {
  { "server", 's', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("Connect to the SignalR server at URL"), N_("URL") },
  { "name", 'n', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
    N_("Chat under NAME"), N_("NAME") },
  { "practice", 'p', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL,
    N_("Open the practice connection, whose link can be made bad"), NULL },
  { "pictures", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, NULL,
    N_("Walk the practice connection through all its states, leave a picture of each in FOLDER, and end"),
    N_("FOLDER") },
  { NULL }
};

static TertuliaWindow *
tertulia_application_ensure_window (TertuliaApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (TERTULIA_IS_WINDOW (window))
    return TERTULIA_WINDOW (window);

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (TERTULIA_IS_WINDOW (l->data) && gtk_widget_get_visible (l->data))
        return l->data;
    }

  return tertulia_window_new (GTK_APPLICATION (self), self->settings);
}

static void
tertulia_application_activate (GApplication *application)
{
  TertuliaApplication *self = TERTULIA_APPLICATION (application);

  gtk_window_present (GTK_WINDOW (tertulia_application_ensure_window (self)));
}

static void
tertulia_application_walk_done_cb (TertuliaApplication *self,
                                   gboolean             complete)
{
  self->exit_status = complete ? 0 : 1;
  gtk_window_close (GTK_WINDOW (tertulia_application_ensure_window (self)));
}

static void
tertulia_application_start_walk (TertuliaApplication *self,
                                 TertuliaWindow      *window,
                                 const char          *name,
                                 const char          *folder)
{
  tertulia_walk_prepare_settings (self->settings);
  tertulia_window_practice (window, name);
  self->walk = tertulia_walk_new (window, folder);
  g_signal_connect_object (self->walk, "done", G_CALLBACK (tertulia_application_walk_done_cb),
                           self, G_CONNECT_SWAPPED);
}

static int
tertulia_application_command_line (GApplication            *application,
                                   GApplicationCommandLine *command_line)
{
  TertuliaApplication *self = TERTULIA_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  const char *server = NULL, *name = NULL, *folder = NULL;
  TertuliaWindow *window;
  gboolean practice;

  g_variant_dict_lookup (options, "server", "&s", &server);
  g_variant_dict_lookup (options, "name", "&s", &name);
  g_variant_dict_lookup (options, "pictures", "^&ay", &folder);
  practice = g_variant_dict_contains (options, "practice");

  if (server != NULL && *server != '\0')
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) addresses = tertulia_address_expand (server, &error);

      if (addresses == NULL)
        {
          g_application_command_line_printerr (command_line, "%s\n", error->message);
          return 2;
        }
    }

  window = tertulia_application_ensure_window (self);
  gtk_window_present (GTK_WINDOW (window));

  if (folder != NULL)
    tertulia_application_start_walk (self, window, name, folder);
  else if (practice)
    tertulia_window_practice (window, name);
  else if (server != NULL || name != NULL)
    tertulia_window_connect (window, server, name, NULL);

  return 0;
}

static int
tertulia_application_handle_local_options (GApplication *application,
                                           GVariantDict *options)
{
  gboolean pictures = g_variant_dict_contains (options, "pictures");

  if (pictures && !g_variant_dict_contains (options, "practice"))
    {
      g_printerr ("%s\n", _("--pictures needs --practice"));
      return 2;
    }

  if (g_variant_dict_contains (options, "practice") && g_variant_dict_contains (options, "server"))
    {
      g_printerr ("%s\n", _("--practice and --server exclude each other"));
      return 2;
    }

  /* A walk is a program of its own beside one that may run. */
  if (pictures)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
tertulia_application_about_cb (GSimpleAction *action,
                               GVariant      *parameter,
                               gpointer       user_data)
{
  adw_show_about_window (gtk_application_get_active_window (user_data),
                         "application-name", "Tertulia",
                         "application-icon", TERTULIA_APPLICATION_ID,
                         "version", TERTULIA_VERSION,
                         /* Translators: the makers of the program */
                         "developer-name", _("The Tertulia authors"),
                         "comments", _("A chat client for SignalR servers that always tells the truth about its connection."),
                         "copyright", "© 2026 The Tertulia authors",
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
tertulia_application_preferences_cb (GSimpleAction *action,
                                     GVariant      *parameter,
                                     gpointer       user_data)
{
  TertuliaApplication *self = user_data;
  TertuliaWindow *window = tertulia_application_ensure_window (self);
  GtkWidget *preferences = tertulia_preferences_new (self->settings,
                                                     tertulia_window_get_session (window));

  gtk_window_set_transient_for (GTK_WINDOW (preferences), GTK_WINDOW (window));
  gtk_window_set_modal (GTK_WINDOW (preferences), TRUE);
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
tertulia_application_show_cb (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  g_application_activate (user_data);
}

static void
tertulia_application_quit_cb (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
tertulia_application_startup (GApplication *application)
{
  TertuliaApplication *self = TERTULIA_APPLICATION (application);
  const GActionEntry actions[] = {
    { "about", tertulia_application_about_cb },
    { "preferences", tertulia_application_preferences_cb },
    { "show", tertulia_application_show_cb },
    { "quit", tertulia_application_quit_cb },
  };
  const struct {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.preferences", { "<Control>comma" } },
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.reconnect", { "<Control>r" } },
    { "win.details", { "<Control>i" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  /* Assistive technology calls a program by this name; from here on it is not
   * the one of the command line any more.
   */
  g_set_prgname ("Tertulia");

  G_APPLICATION_CLASS (tertulia_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (TERTULIA_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);

  self->settings = tertulia_settings_new ();
}

static void
tertulia_application_dispose (GObject *object)
{
  TertuliaApplication *self = TERTULIA_APPLICATION (object);

  g_clear_object (&self->walk);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tertulia_application_parent_class)->dispose (object);
}

static void
tertulia_application_class_init (TertuliaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_application_dispose;
  application_class->activate = tertulia_application_activate;
  application_class->command_line = tertulia_application_command_line;
  application_class->handle_local_options = tertulia_application_handle_local_options;
  application_class->startup = tertulia_application_startup;
}

static void
tertulia_application_init (TertuliaApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), option_entries);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), NULL);
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Chat on SignalR servers. Without options, asks for name and server."));
}

static TertuliaApplication *
tertulia_application_new (void)
{
  return g_object_new (TERTULIA_TYPE_APPLICATION,
                       "application-id", TERTULIA_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/tertulia/Tertulia",
                       NULL);
}

/* A program that runs from the build folder speaks the languages built there. */
static char *
tertulia_application_find_locale_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = folder != NULL ? g_build_filename (folder, "..", "..", "po", NULL) : NULL;

  if (built != NULL && g_file_test (built, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&built);

  return g_strdup (TERTULIA_LOCALE_DIR);
}

/**
 * tertulia_application_run:
 *
 * The whole program.
 *
 * Returns: its exit status
 */
int
tertulia_application_run (int   argc,
                          char *argv[])
{
  g_autoptr (TertuliaApplication) application = NULL;
  g_autofree char *locale_dir = tertulia_application_find_locale_dir ();
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (TERTULIA_GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (TERTULIA_GETTEXT_PACKAGE, "UTF-8");
  textdomain (TERTULIA_GETTEXT_PACKAGE);
  g_set_application_name ("Tertulia");

  application = tertulia_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  return status != 0 ? status : application->exit_status;
}
