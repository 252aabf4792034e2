/* tertulia-database.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>

struct _TertuliaDatabase {
  sqlite3    *sqlite;
  char       *path;
  int         fd;           /* of the file; -1 in memory */
  GHashTable *statements;   /* of SQL text, which is static */
};

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static void
tertulia_database_set_error (TertuliaDatabase  *self,
                             GError           **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s",
               self->path, sqlite3_errmsg (self->sqlite));
}

/*< private >
 * tertulia_database_exec:
 * @sql: statements that are run once
 */
gboolean
tertulia_database_exec (TertuliaDatabase  *self,
                        const char        *sql,
                        GError           **error)
{
  if (sqlite3_exec (self->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  tertulia_database_set_error (self, error);

  return FALSE;
}

/* Brings an empty file to @version; a file of another version is another
 * program's, or of one that is newer than this.
 */
static gboolean
tertulia_database_migrate (TertuliaDatabase  *self,
                           const char        *schema,
                           int                version,
                           GError           **error)
{
  sqlite3_stmt *statement = tertulia_database_query (self, "PRAGMA user_version", "");
  g_autofree char *set_version = NULL;
  int found = -1;

  if (tertulia_database_next (self, statement, error))
    found = sqlite3_column_int (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  if (found == version)
    return TRUE;

  if (found < 0)
    return FALSE;

  if (found != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "%s: version %d of the file is not known; this program writes version %d",
                   self->path, found, version);
      return FALSE;
    }

  set_version = g_strdup_printf ("PRAGMA user_version = %d; COMMIT", version);

  return tertulia_database_exec (self, "BEGIN IMMEDIATE", error) &&
         tertulia_database_exec (self, schema, error) &&
         tertulia_database_exec (self, set_version, error);
}

/* What is said in a chat is nobody else's business. SQLite gives the files that
 * it makes beside this one the same mode. Returns a descriptor, or -1.
 */
static int
open_private_file (const char  *path,
                   GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "%s: the folder cannot be made: %s", folder, g_strerror (errno));
      return -1;
    }

  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "%s: %s", path, g_strerror (errno));

  return fd;
}

/*< private >
 * tertulia_database_open:
 * @path: a file, made with its folder where it is missing and readable by its
 *   owner only; or %TERTULIA_DATABASE_MEMORY
 * @schema: statements that fill an empty file
 * @version: of @schema, from 1
 *
 * A transaction that was committed survives a crash of the program at any moment.
 *
 * Returns: (transfer full) (nullable): a database, or %NULL with @error of
 *   `G_IO_ERROR` that names the file
 */
TertuliaDatabase *
tertulia_database_open (const char  *path,
                        const char  *schema,
                        int          version,
                        GError     **error)
{
  g_autoptr (TertuliaDatabase) self = g_new0 (TertuliaDatabase, 1);
  gboolean in_memory = g_str_equal (path, TERTULIA_DATABASE_MEMORY);

  self->path = g_strdup (path);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal,
                                            NULL, finalize_statement);

  self->fd = in_memory ? -1 : open_private_file (path, error);
  if (!in_memory && self->fd < 0)
    return NULL;

  if (sqlite3_open_v2 (path, &self->sqlite,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    {
      tertulia_database_set_error (self, error);
      return NULL;
    }

  sqlite3_busy_timeout (self->sqlite, 2000);

  if (!tertulia_database_exec (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                               error) ||
      !tertulia_database_migrate (self, schema, version, error))
    return NULL;

  return g_steal_pointer (&self);
}

/*< private >
 * tertulia_database_claim:
 *
 * For who counts on what it wrote last being the last: from now on nobody else may
 * claim the file, until it is closed. Others may still read it, and SQLite's own
 * locks, which lie elsewhere in the file, are not touched.
 *
 * Returns: %FALSE with an error `G_IO_ERROR_BUSY` where somebody has claimed it
 */
gboolean
tertulia_database_claim (TertuliaDatabase  *self,
                         GError           **error)
{
  struct flock first_byte = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };

  /* A file system without locks cannot tell. */
  if (self->fd < 0 || fcntl (self->fd, F_OFD_SETLK, &first_byte) == 0 || (errno != EAGAIN && errno != EACCES))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "%s: another program is writing to it", self->path);

  return FALSE;
}

void
tertulia_database_close (TertuliaDatabase *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close (self->sqlite);
  /* Not before: to close a file lets go of all of SQLite's locks on it. */
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self->path);
  g_free (self);
}

static sqlite3_stmt *
tertulia_database_query_va (TertuliaDatabase *self,
                            const char       *sql,
                            const char       *types,
                            va_list           values)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement == NULL)
    {
      if (sqlite3_prepare_v3 (self->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
                              &statement, NULL) != SQLITE_OK)
        return NULL;
      g_hash_table_insert (self->statements, (gpointer) sql, statement);
    }

  sqlite3_reset (statement);

  for (int i = 0; types[i] != '\0'; i++)
    {
      if (types[i] == 's')
        sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
      else
        sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
    }

  return statement;
}

/*< private >
 * tertulia_database_query:
 * @sql: a string constant
 *
 * Returns: (transfer none) (nullable): a statement to be stepped by
 *   tertulia_database_next(), until that answers %FALSE or sqlite3_reset() is
 *   called on it
 */
sqlite3_stmt *
tertulia_database_query (TertuliaDatabase *self,
                         const char       *sql,
                         const char       *types,
                         ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = tertulia_database_query_va (self, sql, types, values);
  va_end (values);

  return statement;
}

/*< private >
 * tertulia_database_next:
 * @statement: (nullable): %NULL is one that could not be prepared
 *
 * Returns: whether there is a row to read; without @error set, it was the last
 */
gboolean
tertulia_database_next (TertuliaDatabase  *self,
                        sqlite3_stmt      *statement,
                        GError           **error)
{
  int result = statement != NULL ? sqlite3_step (statement) : SQLITE_ERROR;

  if (result == SQLITE_ROW)
    return TRUE;

  if (result != SQLITE_DONE)
    tertulia_database_set_error (self, error);

  if (statement != NULL)
    sqlite3_reset (statement);

  return FALSE;
}

/*< private >
 * tertulia_database_run:
 *
 * Runs a statement whose rows, if any, nobody wants.
 *
 * Returns: whether it ran
 */
gboolean
tertulia_database_run (TertuliaDatabase  *self,
                       GError           **error,
                       const char        *sql,
                       const char        *types,
                       ...)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = tertulia_database_query_va (self, sql, types, values);
  va_end (values);

  while (tertulia_database_next (self, statement, &local_error))
    ;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

sqlite3 *
tertulia_database_get_sqlite (TertuliaDatabase *self)
{
  return self->sqlite;
}
