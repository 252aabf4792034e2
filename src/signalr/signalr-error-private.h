/* signalr-error-private.h: making errors of SIGNALR_ERROR with what they carry
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* The fields of an extended error; each returns nothing and takes the place of
 * what was there. @error must be of SIGNALR_ERROR.
 */
void    signalr_error_set_cause       (GError          *error,
                                       GError          *cause);     /* (transfer full) */
void    signalr_error_set_status      (GError          *error,
                                       guint            status);
void    signalr_error_set_retry_after (GError          *error,
                                       gint64           milliseconds);
void    signalr_error_set_delivery    (GError          *error,
                                       SignalrDelivery  delivery);
void    signalr_error_set_data        (GError          *error,
                                       JsonNode        *data);      /* (transfer full) */

/* An error of GIO, its TLS, its resolver or libsoup, told in our codes with one
 * sentence that names @what (an address, say). An error of SIGNALR_ERROR or
 * G_IO_ERROR_CANCELLED comes back as it is.
 */
GError *signalr_error_new_from        (GError          *cause,      /* (transfer full) */
                                       const char      *what);

G_END_DECLS
