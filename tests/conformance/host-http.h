/* host-http.h: what the host answers without SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

/* The decoded path of a request; (transfer full). */
char       *host_path           (SoupServerMessage *request);
/* Whether @path is below @prefix, by whole segments and without regard to case. */
gboolean    host_path_is_below  (const char        *path,
                                 const char        *prefix);
/* A parameter of the query, decoded; (transfer full), NULL where there is none. */
char       *host_query          (SoupServerMessage *request,
                                 const char        *name);
/* The first request header of that name, or NULL. */
const char *host_header         (SoupServerMessage *request,
                                 const char        *name);
void        host_set_header     (SoupServerMessage *request,
                                 const char        *name,
                                 const char        *value);
/* `scheme://host/` and @target behind it; (transfer full). */
char       *host_url            (SoupServerMessage *request,
                                 const char        *target);
/* @type and @body may be NULL. */
void        host_answer         (SoupServerMessage *request,
                                 guint              status,
                                 const char        *type,
                                 const char        *body);
/* Whether it was one, from anywhere; then it is answered. */
gboolean    host_take_preflight (SoupServerMessage *request);
/* A file below @root, or 404. */
void        host_answer_file    (SoupServerMessage *request,
                                 const char        *root,
                                 const char        *path);

G_END_DECLS
