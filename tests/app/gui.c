/* gui.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gui.h"

#include <glib/gstdio.h>

/* What a test stores goes where nobody else's is, and goes away with it. The
 * folders of the system stay: that is where types of pictures are known from.
 */
static char *home;

static void
gui_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      gui_remove (child);
    }

  g_remove (path);
}

static void
gui_make_home (void)
{
  const char * const variables[] = {
    "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
  };

  home = g_dir_make_tmp ("tertulia-test-XXXXXX", NULL);
  g_assert_nonnull (home);
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], home, TRUE);
}

gboolean
gui_init (int    *argc,
          char ***argv)
{
  if (g_getenv ("DISPLAY") == NULL && g_getenv ("WAYLAND_DISPLAY") == NULL)
    {
      g_print ("1..0 # SKIP no display\n");
      return FALSE;
    }

  gui_make_home ();
  g_test_init (argc, argv, NULL);
  gtk_init ();
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/org/tertulia/Tertulia/icons");

  return TRUE;
}

int
gui_run (void)
{
  int status = g_test_run ();

  gui_remove (home);
  g_free (home);

  return status;
}

gpointer
gui_find (gpointer root,
          GType    type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = gui_find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

GtkWidget *
gui_find_button (gpointer    root,
                 const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (root), label) == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gui_find_button (child, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
gui_awake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
gui_iterate (void)
{
  guint id = g_timeout_add (50, gui_awake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

void
gui_present (gpointer window)
{
  gtk_window_present (window);
  gui_wait (gtk_widget_get_width (window) > 0 && gtk_widget_get_mapped (window));
}

void
gui_destroy (gpointer window)
{
  gtk_window_destroy (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
