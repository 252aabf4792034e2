/* signalr-wake.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-wake-private.h"

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
signalr_wake_new (const char  *name,
                  GSourceFunc  func,
                  gpointer     user_data)
{
  GSource *wake = g_source_new (&wake_funcs, sizeof (GSource));

  g_source_set_static_name (wake, name);
  g_source_set_callback (wake, func, user_data, NULL);

  return wake;
}
