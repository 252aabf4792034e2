/* negotiate-private.h: finding out what a server speaks, and under which name
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "dialect-private.h"

G_BEGIN_DECLS

typedef struct {
  const char         *url;
  const char         *query;         /* (nullable): the application's, encoded */
  SignalrDialect      dialect;
  const char * const *hubs;          /* (nullable) */
  gboolean            stateful;
  gboolean            skip;          /* nothing is asked, and ASP.NET Core assumed */
  const char * const *transports;    /* (nullable): those that the application allows */

  /* Adds the application's headers and the token to a message for @url; the
   * token is @token where that is not NULL.
   */
  void              (*dress)    (SoupMessage *message,
                                 const char  *url,
                                 const char  *token,
                                 gpointer     user_data);

  /* Another request begins, which has its own time limit. */
  void              (*request)  (gpointer     user_data);
  gpointer            user_data;
} SignalrNegotiateSetup;

void               signalr_negotiate_async  (const SignalrNegotiateSetup  *setup,
                                             SoupSession                  *session,
                                             GCancellable                 *cancellable,
                                             GAsyncReadyCallback           callback,
                                             gpointer                      user_data);
SignalrNegotiated *signalr_negotiate_finish (GAsyncResult                 *result,
                                             GError                      **error);

G_END_DECLS
