/* tertulia-database-private.h: SQLite, as little of it as we need
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct _TertuliaDatabase TertuliaDatabase;

/* What a database in memory is opened as. */
#define TERTULIA_DATABASE_MEMORY ":memory:"

TertuliaDatabase *tertulia_database_open  (const char        *path,
                                           const char        *schema,
                                           int                version,
                                           GError           **error);
gboolean          tertulia_database_claim (TertuliaDatabase  *self,
                                           GError           **error);
void              tertulia_database_close (TertuliaDatabase  *self);
gboolean          tertulia_database_exec  (TertuliaDatabase  *self,
                                           const char        *sql,
                                           GError           **error);

/* Values follow @types, one for each letter: `s` const char * (nullable), `i`
 * gint64. A statement is prepared once and kept.
 */
sqlite3_stmt     *tertulia_database_query (TertuliaDatabase  *self,
                                           const char        *sql,
                                           const char        *types,
                                           ...);
gboolean          tertulia_database_next  (TertuliaDatabase  *self,
                                           sqlite3_stmt      *statement,
                                           GError           **error);
gboolean          tertulia_database_run   (TertuliaDatabase  *self,
                                           GError           **error,
                                           const char        *sql,
                                           const char        *types,
                                           ...);
sqlite3          *tertulia_database_get_sqlite (TertuliaDatabase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaDatabase, tertulia_database_close)

G_END_DECLS
