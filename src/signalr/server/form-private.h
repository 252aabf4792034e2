/* form-private.h: the fields of a form that came as the body of a request
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *signalr_form_get (const char *form,
                        gsize       form_length,
                        const char *name,
                        gsize      *length);

G_END_DECLS
