/* tertulia-session.h: one person on one server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "tertulia-room.h"
#include "tertulia-settings.h"
#include "tertulia-status.h"

G_BEGIN_DECLS

/* Properties: `name`, `server`, `connection` (notified: a new one may take its
 * place while the address is tried), `status`, `rooms` (GListModel of
 * TertuliaRoom); construct only: `settings`, `token`, and `data-path`: the file
 * that keeps history and outbox, by default in the user's data folder, ":memory:"
 * for none
 */
#define TERTULIA_TYPE_SESSION (tertulia_session_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaSession, tertulia_session, TERTULIA, SESSION, GObject)

TertuliaSession   *tertulia_session_new            (TertuliaSettings     *settings,
                                                    const char           *server,
                                                    const char           *name,
                                                    const char           *token);
const char        *tertulia_session_get_server     (TertuliaSession      *self);
SignalrConnection *tertulia_session_get_connection (TertuliaSession      *self);
TertuliaStatus    *tertulia_session_get_status     (TertuliaSession      *self);
GListModel        *tertulia_session_get_rooms      (TertuliaSession      *self);
/* (transfer none) (nullable): NULL where @name cannot be the name of a room. */
TertuliaRoom      *tertulia_session_join           (TertuliaSession      *self,
                                                    const char           *name);
void               tertulia_session_leave          (TertuliaSession      *self,
                                                    TertuliaRoom         *room);
void               tertulia_session_start          (TertuliaSession      *self);
/* Never dead: ends a try under way, a wait, or a silence, and tries at once. */
void               tertulia_session_reconnect      (TertuliaSession      *self);
void               tertulia_session_disconnect     (TertuliaSession      *self);
void               tertulia_session_stop_async     (TertuliaSession      *self,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
gboolean           tertulia_session_stop_finish    (TertuliaSession      *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);

G_END_DECLS
