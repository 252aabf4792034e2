/* tertulia-practice.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-practice.h"

struct _TertuliaPractice {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (TertuliaPractice, tertulia_practice, G_TYPE_OBJECT)

static void
tertulia_practice_class_init (TertuliaPracticeClass *klass)
{
}

static void
tertulia_practice_init (TertuliaPractice *self)
{
}

TertuliaPractice *
tertulia_practice_new (TertuliaSettings  *settings,
                       GError           **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "The practice connection is not built yet");

  return NULL;
}

const char *
tertulia_practice_get_uri (TertuliaPractice *self)
{
  return NULL;
}

const char *
tertulia_practice_get_link_uri (TertuliaPractice *self)
{
  return NULL;
}

LinkSimulator *
tertulia_practice_get_link (TertuliaPractice *self)
{
  return NULL;
}
