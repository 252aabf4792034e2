/* tertulia-history.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-history-private.h"

#include "../tertulia-database-private.h"

#define SCHEMA_VERSION 1

static const char schema[] =
  "CREATE TABLE IF NOT EXISTS history (id TEXT NOT NULL);"
  "INSERT INTO history SELECT lower (hex (randomblob (16)))"
  "  WHERE NOT EXISTS (SELECT 1 FROM history);"
  "CREATE TABLE IF NOT EXISTS room ("
  "  id INTEGER PRIMARY KEY,"
  "  name TEXT NOT NULL UNIQUE,"
  "  last INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE IF NOT EXISTS message ("
  "  room INTEGER NOT NULL REFERENCES room (id),"
  "  number INTEGER NOT NULL,"
  "  name TEXT NOT NULL,"
  "  text TEXT NOT NULL,"
  "  key TEXT,"
  "  time INTEGER NOT NULL,"
  "  PRIMARY KEY (room, number)) WITHOUT ROWID;"
  /* Without a key nothing is a duplicate: NULLs are all different. */
  "CREATE UNIQUE INDEX IF NOT EXISTS message_key ON message (room, name, key)"
  "  WHERE key IS NOT NULL;";

/* What only servers have that are one chat with others. */
static const char shared_schema[] =
  "CREATE TABLE IF NOT EXISTS said ("
  "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  room INTEGER NOT NULL REFERENCES room (id),"
  "  message INTEGER NOT NULL);"
  "CREATE TABLE IF NOT EXISTS heard ("
  "  id INTEGER PRIMARY KEY,"
  "  origin TEXT NOT NULL UNIQUE,"
  "  said INTEGER NOT NULL);";

/* Servers that were heard ever. */
#define MAX_ORIGINS 1000

struct _TertuliaHistory {
  TertuliaDatabase *database;
  char             *id;
  guint             limit;     /* messages kept in each room */
  gboolean          shared;
};

/*< private >
 * tertulia_history_new:
 * @path: (nullable): a file, or %NULL to keep it in memory
 * @limit: how many messages of a room are kept: the oldest go first
 *
 * Returns: (transfer full) (nullable): what was said, as far as it is known
 */
TertuliaHistory *
tertulia_history_new (const char  *path,
                      guint        limit,
                      GError     **error)
{
  g_autoptr (TertuliaHistory) self = g_new0 (TertuliaHistory, 1);
  sqlite3_stmt *statement;

  self->limit = limit;
  self->database = tertulia_database_open (path != NULL ? path : TERTULIA_DATABASE_MEMORY,
                                           schema, SCHEMA_VERSION, error);
  if (self->database == NULL || !tertulia_database_claim (self->database, error))
    return NULL;

  statement = tertulia_database_query (self->database, "SELECT id FROM history", "");
  if (!tertulia_database_next (self->database, statement, error))
    return NULL;

  self->id = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);

  return g_steal_pointer (&self);
}

void
tertulia_history_free (TertuliaHistory *self)
{
  g_clear_pointer (&self->database, tertulia_database_close);
  g_free (self->id);
  g_free (self);
}

const char *
tertulia_history_get_id (TertuliaHistory *self)
{
  return self->id;
}

GStrv
tertulia_history_list_rooms (TertuliaHistory *self)
{
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  sqlite3_stmt *statement;

  statement = tertulia_database_query (self->database, "SELECT name FROM room ORDER BY name", "");
  while (tertulia_database_next (self->database, statement, NULL))
    g_strv_builder_add (rooms, (const char *) sqlite3_column_text (statement, 0));

  return g_strv_builder_end (rooms);
}

guint
tertulia_history_count_rooms (TertuliaHistory *self)
{
  sqlite3_stmt *statement;
  guint n_rooms = 0;

  statement = tertulia_database_query (self->database, "SELECT count (*) FROM room", "");
  if (tertulia_database_next (self->database, statement, NULL))
    n_rooms = sqlite3_column_int (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return n_rooms;
}

/*< private >
 * tertulia_history_get_last:
 *
 * Returns: the number of the last message in @room, or 0
 */
gint64
tertulia_history_get_last (TertuliaHistory *self,
                           const char      *room)
{
  sqlite3_stmt *statement;
  gint64 last = 0;

  statement = tertulia_database_query (self->database,
                                       "SELECT last FROM room WHERE name = ?", "s", room);
  if (tertulia_database_next (self->database, statement, NULL))
    last = sqlite3_column_int64 (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return last;
}

/*< private >
 * tertulia_history_find:
 * @time: (out) (optional): when it was said
 *
 * Returns: the number of the message to which its author @name gave @key, or 0
 */
gint64
tertulia_history_find (TertuliaHistory *self,
                       const char      *room,
                       const char      *name,
                       const char      *key,
                       gint64          *time)
{
  sqlite3_stmt *statement;
  gint64 number = 0;

  statement = tertulia_database_query (self->database,
                                       "SELECT number, time FROM message"
                                       "  WHERE room = (SELECT id FROM room WHERE name = ?)"
                                       "  AND name = ? AND key = ?",
                                       "sss", room, name, key);
  if (tertulia_database_next (self->database, statement, NULL))
    {
      number = sqlite3_column_int64 (statement, 0);
      if (time != NULL)
        *time = sqlite3_column_int64 (statement, 1);
    }
  if (statement != NULL)
    sqlite3_reset (statement);

  return number;
}

static gboolean
tertulia_history_insert (TertuliaHistory  *self,
                         const char       *room,
                         const char       *name,
                         const char       *text,
                         const char       *key,
                         gint64            time,
                         GError          **error)
{
  return tertulia_database_run (self->database, error,
                                "INSERT INTO room (name, last) VALUES (?, 1)"
                                "  ON CONFLICT (name) DO UPDATE SET last = last + 1",
                                "s", room) &&
         tertulia_database_run (self->database, error,
                                "INSERT INTO message (room, number, name, text, key, time)"
                                "  SELECT id, last, ?, ?, ?, ? FROM room WHERE name = ?",
                                "sssis", name, text, key, time, room) &&
         tertulia_database_run (self->database, error,
                                "DELETE FROM message WHERE room = (SELECT id FROM room WHERE name = ?)"
                                "  AND number <= (SELECT last FROM room WHERE name = ?) - ?",
                                "ssi", room, room, (gint64) self->limit);
}

/* Gives the last message in @room a running number, too. */
static gboolean
tertulia_history_count_said (TertuliaHistory  *self,
                             const char       *room,
                             GError          **error)
{
  return tertulia_database_run (self->database, error,
                                "INSERT INTO said (room, message)"
                                "  SELECT id, last FROM room WHERE name = ?",
                                "s", room) &&
         tertulia_database_run (self->database, error,
                                "DELETE FROM said WHERE number <= (SELECT max (number) FROM said) - ?",
                                "i", (gint64) self->limit);
}

static gboolean
tertulia_history_end (TertuliaHistory  *self,
                      gboolean          good,
                      GError          **error)
{
  if (good && tertulia_database_run (self->database, error, "COMMIT", ""))
    return TRUE;

  tertulia_database_run (self->database, NULL, "ROLLBACK", "");

  return FALSE;
}

/*< private >
 * tertulia_history_add:
 * @key: (nullable): the id that its author gave it; a message with the same is
 *   an error
 *
 * Returns: the number of the new message, or 0 with @error set
 */
gint64
tertulia_history_add (TertuliaHistory  *self,
                      const char       *room,
                      const char       *name,
                      const char       *text,
                      const char       *key,
                      gint64            time,
                      GError          **error)
{
  gboolean good;

  if (!tertulia_database_run (self->database, error, "BEGIN IMMEDIATE", ""))
    return 0;

  good = tertulia_history_insert (self, room, name, text, key, time, error) &&
         (!self->shared || tertulia_history_count_said (self, room, error));
  if (!tertulia_history_end (self, good, error))
    return 0;

  return tertulia_history_get_last (self, room);
}

/* Reads rows until the page is full: by messages, or by bytes but for one. */
static GPtrArray *
tertulia_history_read (TertuliaHistory *self,
                       sqlite3_stmt    *statement,
                       guint            max,
                       gboolean        *more)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
  gsize bytes = 0;

  *more = FALSE;
  max = CLAMP (max, 1, TERTULIA_HISTORY_PAGE_MESSAGES);

  while (tertulia_database_next (self->database, statement, NULL))
    {
      bytes += sqlite3_column_bytes (statement, 2);
      if (entries->len == max || (entries->len > 0 && bytes > TERTULIA_HISTORY_PAGE_BYTES))
        {
          *more = TRUE;
          sqlite3_reset (statement);
          break;
        }

      g_ptr_array_add (entries,
                       tertulia_entry_new (sqlite3_column_int64 (statement, 0),
                                           (const char *) sqlite3_column_text (statement, 1),
                                           (const char *) sqlite3_column_text (statement, 2),
                                           (const char *) sqlite3_column_text (statement, 3),
                                           sqlite3_column_int64 (statement, 4)));
    }

  return entries;
}

/*< private >
 * tertulia_history_read_after:
 * @number: the last message known
 *
 * Returns: (transfer container): what was said next
 */
GPtrArray *
tertulia_history_read_after (TertuliaHistory *self,
                             const char      *room,
                             gint64           number,
                             guint            max,
                             gboolean        *more)
{
  sqlite3_stmt *statement;

  statement = tertulia_database_query (self->database,
                                       "SELECT number, name, text, key, time FROM message"
                                       "  WHERE room = (SELECT id FROM room WHERE name = ?)"
                                       "  AND number > ? ORDER BY number",
                                       "si", room, number);

  return tertulia_history_read (self, statement, max, more);
}

/*< private >
 * tertulia_history_read_before:
 * @number: the first message known, or %G_MAXINT64
 *
 * Returns: (transfer container): what was said last before it
 */
GPtrArray *
tertulia_history_read_before (TertuliaHistory *self,
                              const char      *room,
                              gint64           number,
                              guint            max,
                              gboolean        *more)
{
  sqlite3_stmt *statement;
  GPtrArray *entries;

  statement = tertulia_database_query (self->database,
                                       "SELECT number, name, text, key, time FROM message"
                                       "  WHERE room = (SELECT id FROM room WHERE name = ?)"
                                       "  AND number < ? ORDER BY number DESC",
                                       "si", room, number);
  entries = tertulia_history_read (self, statement, max, more);

  for (guint i = 0; i < entries->len / 2; i++)
    {
      gpointer *low = &entries->pdata[i], *high = &entries->pdata[entries->len - 1 - i];
      gpointer held = *low;

      *low = *high;
      *high = held;
    }

  return entries;
}

/*< private >
 * tertulia_history_share:
 *
 * From now on what is said here gets running numbers.
 */
gboolean
tertulia_history_share (TertuliaHistory  *self,
                        GError          **error)
{
  self->shared = tertulia_database_exec (self->database, shared_schema, error);

  return self->shared;
}

static gint64
read_number (TertuliaHistory *self,
             sqlite3_stmt    *statement,
             gint64           otherwise)
{
  gint64 number = otherwise;

  if (tertulia_database_next (self->database, statement, NULL))
    number = sqlite3_column_int64 (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return number;
}

gint64
tertulia_history_get_said (TertuliaHistory *self)
{
  return read_number (self, tertulia_database_query (self->database,
                                                     "SELECT max (number) FROM said", ""), 0);
}

/*< private >
 * tertulia_said_new:
 * @entry: (transfer full): the message
 */
TertuliaSaid *
tertulia_said_new (gint64         number,
                   const char    *room,
                   TertuliaEntry *entry)
{
  TertuliaSaid *said = g_new (TertuliaSaid, 1);

  *said = (TertuliaSaid) { number, g_strdup (room), entry };

  return said;
}

void
tertulia_said_free (TertuliaSaid *said)
{
  tertulia_entry_free (said->entry);
  g_free (said->room);
  g_free (said);
}

/*< private >
 * tertulia_history_read_said:
 * @after: a running number
 * @more: (out): whether the page is full
 *
 * Returns: (transfer container): a page of #TertuliaSaid, of what was said here next
 *   and is still known
 */
GPtrArray *
tertulia_history_read_said (TertuliaHistory *self,
                            gint64           after,
                            gboolean        *more)
{
  GPtrArray *page = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_said_free);
  sqlite3_stmt *statement;
  gsize bytes = 0;

  *more = FALSE;
  statement = tertulia_database_query (self->database,
                                       "SELECT said.number, room.name, message.number,"
                                       "  message.name, text, key, time FROM said"
                                       "  JOIN room ON room.id = said.room"
                                       "  JOIN message ON message.room = said.room AND message.number = said.message"
                                       "  WHERE said.number > ? ORDER BY said.number",
                                       "i", after);

  while (tertulia_database_next (self->database, statement, NULL))
    {
      bytes += sqlite3_column_bytes (statement, 4);
      if (page->len == TERTULIA_HISTORY_PAGE_MESSAGES ||
          (page->len > 0 && bytes > TERTULIA_HISTORY_PAGE_BYTES))
        {
          *more = TRUE;
          sqlite3_reset (statement);
          break;
        }

      g_ptr_array_add (page,
                       tertulia_said_new (sqlite3_column_int64 (statement, 0),
                                          (const char *) sqlite3_column_text (statement, 1),
                                          tertulia_entry_new (sqlite3_column_int64 (statement, 2),
                                                              (const char *) sqlite3_column_text (statement, 3),
                                                              (const char *) sqlite3_column_text (statement, 4),
                                                              (const char *) sqlite3_column_text (statement, 5),
                                                              sqlite3_column_int64 (statement, 6))));
    }

  return page;
}

gint64
tertulia_history_get_heard (TertuliaHistory *self,
                            const char      *origin)
{
  return read_number (self, tertulia_database_query (self->database,
                                                     "SELECT said FROM heard WHERE origin = ?",
                                                     "s", origin), -1);
}

/*< private >
 * tertulia_history_set_heard:
 * @said: everything of @origin up to this running number is here, or never will be
 */
gboolean
tertulia_history_set_heard (TertuliaHistory  *self,
                            const char       *origin,
                            gint64            said,
                            GError          **error)
{
  if (tertulia_history_get_heard (self, origin) >= 0)
    return tertulia_database_run (self->database, error,
                                  "UPDATE heard SET said = ? WHERE origin = ?", "is", said, origin);

  return tertulia_database_run (self->database, error,
                                "INSERT INTO heard (origin, said) VALUES (?, ?)", "si", origin, said) &&
         tertulia_database_run (self->database, error,
                                "DELETE FROM heard WHERE id <= (SELECT max (id) FROM heard) - ?",
                                "i", (gint64) MAX_ORIGINS);
}

/*< private >
 * tertulia_history_hear:
 * @origin: the server on which it was said
 * @said: its running number there
 * @entry: (transfer none): its number is not that of this server
 *
 * Returns: the number of the new message in @room; or 0, without @error where its
 *   author said it already, here or elsewhere
 */
gint64
tertulia_history_hear (TertuliaHistory      *self,
                       const char           *origin,
                       gint64                said,
                       const char           *room,
                       const TertuliaEntry  *entry,
                       GError              **error)
{
  gboolean known, good;

  if (!tertulia_database_run (self->database, error, "BEGIN IMMEDIATE", ""))
    return 0;

  known = entry->key != NULL &&
          tertulia_history_find (self, room, entry->name, entry->key, NULL) != 0;
  good = tertulia_history_set_heard (self, origin, said, error) &&
         (known || tertulia_history_insert (self, room, entry->name, entry->text, entry->key,
                                            entry->time, error));
  if (!tertulia_history_end (self, good, error) || known)
    return 0;

  return tertulia_history_get_last (self, room);
}
