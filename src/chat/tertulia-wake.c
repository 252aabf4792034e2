/* tertulia-wake.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-wake-private.h"

static gboolean
wake_dispatch (GSource     *source,
               GSourceFunc  callback,
               gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs wake_funcs = {
  .dispatch = wake_dispatch,
};

GSource *
tertulia_wake_new (const char  *name,
                   GSourceFunc  func,
                   gpointer     user_data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GSource *wake = g_source_new (&wake_funcs, sizeof (GSource));

  g_source_set_static_name (wake, name);
  g_source_set_callback (wake, func, user_data, NULL);
  g_source_attach (wake, context);

  return wake;
}

void
tertulia_wake_clear (GSource **wake)
{
  if (*wake != NULL)
    g_source_destroy (*wake);
  g_clear_pointer (wake, g_source_unref);
}
