/* http-private.h: addresses, and requests whose answer is read whole
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "signalr-error.h"

G_BEGIN_DECLS

/* Query strings are kept encoded, without the question mark. */
void         signalr_query_add         (GString              *query,
                                        const char           *name,
                                        const char           *value);
void         signalr_query_append      (GString              *query,
                                        const char           *more);
void         signalr_url_split         (const char           *url,
                                        char                **base,
                                        char                **query);
GUri        *signalr_url_parse         (const char           *url,
                                        GError              **error);
char        *signalr_url_build         (const char           *base,
                                        const char           *segment,
                                        const char           *query);

/* @url for people and logs: tokens travel in the query, so it is left out. */
char        *signalr_url_to_display    (const char           *url);
gboolean     signalr_url_same_origin   (const char           *a,
                                        const char           *b);

SoupMessage *signalr_http_message_new  (const char           *method,
                                        const char           *url,
                                        GError              **error);

/* Fails with TOO_LARGE where the answer is larger than @max_size. */
void         signalr_http_fetch_async  (SoupSession          *session,
                                        SoupMessage          *message,
                                        gsize                 max_size,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
GBytes      *signalr_http_fetch_finish (GAsyncResult         *result,
                                        GError              **error);

GError      *signalr_http_explain      (SoupMessage          *message,
                                        GError               *error);   /* (transfer full) */

/* What the status of an answer says; NULL for a good one. @body: (nullable) */
GError      *signalr_http_check_status (SoupMessage          *message,
                                        GBytes               *body);

G_END_DECLS
