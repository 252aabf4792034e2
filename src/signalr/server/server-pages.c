/* server-pages.c: what a program answers itself, beside its hubs
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

/**
 * signalr_server_set_request_func:
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): asked
 *   first about every request; %NULL leaves all to the server
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Lets a program answer requests itself, and add headers to the server's answers.
 * Whom the server would not let in (see signalr_server_set_authenticate_func ())
 * it may: it is asked before.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_request_func (SignalrServer       *self,
                                 SignalrRequestFunc   func,
                                 gpointer             user_data,
                                 GDestroyNotify       destroy,
                                 GError             **error)
{
  SignalrPages *pages;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  pages = &self->host->pages;
  if (pages->destroy != NULL)
    pages->destroy (pages->user_data);
  *pages = (SignalrPages) { func, self, user_data, destroy };

  return TRUE;
}
