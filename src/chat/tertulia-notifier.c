/* tertulia-notifier.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-notifier.h"

struct _TertuliaNotifier {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (TertuliaNotifier, tertulia_notifier, G_TYPE_OBJECT)

static void
tertulia_notifier_class_init (TertuliaNotifierClass *klass)
{
  g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("withdrawn", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tertulia_notifier_init (TertuliaNotifier *self)
{
}

TertuliaNotifier *
tertulia_notifier_new (TertuliaSettings *settings,
                       TertuliaStatus   *status)
{
  return g_object_new (TERTULIA_TYPE_NOTIFIER, NULL);
}

void
tertulia_notifier_set_window_active (TertuliaNotifier *self,
                                     gboolean          active)
{
}
