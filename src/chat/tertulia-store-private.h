/* tertulia-store-private.h: what is kept on disk of one person on one server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tertulia-entry-private.h"
#include "tertulia-message.h"

G_BEGIN_DECLS

#define TERTULIA_STORE_LIMIT 10000   /* messages kept of each room */

typedef struct _TertuliaStore TertuliaStore;

typedef struct {
  TertuliaEntry        *entry;   /* of the outbox: its key is never NULL */
  gboolean              own;
  TertuliaMessageState  state;
  char                 *error;
} TertuliaStoredMessage;

char          *tertulia_store_default_path  (void);

TertuliaStore *tertulia_store_new           (const char             *path,
                                             const char             *server,
                                             const char             *name,
                                             GError                **error);
TertuliaStore *tertulia_store_ref           (TertuliaStore          *self);
void           tertulia_store_unref         (TertuliaStore          *self);

void           tertulia_store_begin         (TertuliaStore          *self);
void           tertulia_store_commit        (TertuliaStore          *self);

/* The rooms that were joined and not left. */
GStrv          tertulia_store_list_rooms    (TertuliaStore          *self);
void           tertulia_store_add_room      (TertuliaStore          *self,
                                             const char             *room);
void           tertulia_store_forget_room   (TertuliaStore          *self,
                                             const char             *room);

/* What is known of the server's history: its id, the last number heard, and the
 * last one read.
 */
void           tertulia_store_get_position  (TertuliaStore          *self,
                                             const char             *room,
                                             char                  **history,
                                             gint64                 *last,
                                             gint64                 *last_read);
void           tertulia_store_set_history   (TertuliaStore          *self,
                                             const char             *room,
                                             const char             *history);
void           tertulia_store_set_read      (TertuliaStore          *self,
                                             const char             *room,
                                             gint64                  last_read);

GPtrArray     *tertulia_store_load_messages (TertuliaStore          *self,
                                             const char             *room,
                                             guint                   max);
void           tertulia_store_add_message   (TertuliaStore          *self,
                                             const char             *room,
                                             const TertuliaEntry    *entry,
                                             gboolean                own);

/* A message is in the outbox from the moment it is written to the one it is sent:
 * then it is in the history, in one step.
 */
GPtrArray     *tertulia_store_load_outbox   (TertuliaStore          *self,
                                             const char             *room);
void           tertulia_store_put_outbox    (TertuliaStore          *self,
                                             const char             *room,
                                             const TertuliaEntry    *entry,
                                             TertuliaMessageState    state,
                                             const char             *error);
void           tertulia_store_drop_outbox   (TertuliaStore          *self,
                                             const char             *key);
void           tertulia_store_settle        (TertuliaStore          *self,
                                             const char             *room,
                                             const TertuliaEntry    *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaStore, tertulia_store_unref)

G_END_DECLS
