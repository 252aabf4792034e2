/* tertulia-text-private.h: what a name and a message may be
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TERTULIA_ROOM_DEFAULT     "general"

#define TERTULIA_NAME_MAX_LENGTH  64      /* characters; of people and rooms */
#define TERTULIA_TEXT_MAX_LENGTH  4000    /* characters */
#define TERTULIA_KEY_MAX_LENGTH   64      /* bytes */
#define TERTULIA_ROOMS_PER_CLIENT 50

char     *tertulia_name_normalize (const char *name);
gboolean  tertulia_text_is_valid  (const char *text);

G_END_DECLS
