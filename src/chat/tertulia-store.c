/* tertulia-store.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-store-private.h"

#include "tertulia-database-private.h"

#define SCHEMA_VERSION 1
#define TRIM_EVERY     256

static const char schema[] =
  "CREATE TABLE IF NOT EXISTS account ("
  "  id INTEGER PRIMARY KEY,"
  "  server TEXT NOT NULL,"
  "  name TEXT NOT NULL,"
  "  UNIQUE (server, name));"
  "CREATE TABLE IF NOT EXISTS room ("
  "  id INTEGER PRIMARY KEY,"
  "  account INTEGER NOT NULL REFERENCES account (id),"
  "  name TEXT NOT NULL,"
  "  joined INTEGER NOT NULL DEFAULT 0,"
  "  history TEXT,"
  "  last INTEGER NOT NULL DEFAULT 0,"
  "  last_read INTEGER NOT NULL DEFAULT 0,"
  "  UNIQUE (account, name));"
  /* A number is of the server's present history; of one before it is 0. */
  "CREATE TABLE IF NOT EXISTS message ("
  "  id INTEGER PRIMARY KEY,"
  "  room INTEGER NOT NULL REFERENCES room (id),"
  "  number INTEGER NOT NULL,"
  "  name TEXT NOT NULL,"
  "  text TEXT NOT NULL,"
  "  key TEXT,"
  "  time INTEGER NOT NULL,"
  "  own INTEGER NOT NULL);"
  "CREATE INDEX IF NOT EXISTS message_room ON message (room, id);"
  "CREATE UNIQUE INDEX IF NOT EXISTS message_number ON message (room, number) WHERE number > 0;"
  "CREATE TABLE IF NOT EXISTS outbox ("
  "  id INTEGER PRIMARY KEY,"
  "  room INTEGER NOT NULL REFERENCES room (id),"
  "  key TEXT NOT NULL UNIQUE,"
  "  text TEXT NOT NULL,"
  "  time INTEGER NOT NULL,"
  "  state TEXT NOT NULL,"
  "  error TEXT);";

struct _TertuliaStore {
  TertuliaDatabase *database;
  gint64            account;
  char             *name;
};

static void
tertulia_stored_message_free (TertuliaStoredMessage *message)
{
  tertulia_entry_free (message->entry);
  g_free (message->error);
  g_free (message);
}

/*< private >
 * tertulia_store_default_path:
 *
 * Returns: (transfer full): the file of this user
 */
char *
tertulia_store_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "tertulia", "chat.db", NULL);
}

/* A disk that is full or broken is told in the log and loses what is not written;
 * what is in memory goes on.
 */
static void
tertulia_store_check (gboolean  success,
                      GError   *error)
{
  g_autoptr (GError) local_error = error;

  if (!success)
    g_message ("What was said could not be written: %s", local_error->message);
}

#define tertulia_store_run(self, ...) G_STMT_START { \
  GError *run_error = NULL; \
  gboolean success = tertulia_database_run ((self)->database, &run_error, __VA_ARGS__); \
  tertulia_store_check (success, run_error); \
} G_STMT_END

static gint64
tertulia_store_get_id (TertuliaStore *self,
                       sqlite3_stmt  *statement)
{
  gint64 id = 0;

  if (tertulia_database_next (self->database, statement, NULL))
    id = sqlite3_column_int64 (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return id;
}

static gint64
tertulia_store_find_room (TertuliaStore *self,
                          const char    *room)
{
  return tertulia_store_get_id (self,
                                tertulia_database_query (self->database,
                                                         "SELECT id FROM room"
                                                         "  WHERE account = ? AND name = ?",
                                                         "is", self->account, room));
}

/* The room's row, made where it is missing. */
static gint64
tertulia_store_get_room (TertuliaStore *self,
                         const char    *room)
{
  gint64 id = tertulia_store_find_room (self, room);

  if (id != 0)
    return id;

  tertulia_store_run (self, "INSERT OR IGNORE INTO room (account, name) VALUES (?, ?)",
                      "is", self->account, room);

  return tertulia_store_find_room (self, room);
}

/*< private >
 * tertulia_store_new:
 * @path: a file, made where it is missing; or ":memory:"
 * @server: the server's address, as the user knows it
 * @name: who the user is there
 *
 * Returns: (transfer full) (nullable): what is kept, or %NULL with @error of
 *   `G_IO_ERROR` that names the file
 */
TertuliaStore *
tertulia_store_new (const char  *path,
                    const char  *server,
                    const char  *name,
                    GError     **error)
{
  g_autoptr (TertuliaStore) self = g_rc_box_new0 (TertuliaStore);

  self->name = g_strdup (name);
  self->database = tertulia_database_open (path, schema, SCHEMA_VERSION, error);
  if (self->database == NULL)
    return NULL;

  if (!tertulia_database_run (self->database, error,
                              "INSERT OR IGNORE INTO account (server, name) VALUES (?, ?)",
                              "ss", server, name))
    return NULL;

  self->account = tertulia_store_get_id (self,
                                         tertulia_database_query (self->database,
                                                                  "SELECT id FROM account"
                                                                  "  WHERE server = ? AND name = ?",
                                                                  "ss", server, name));

  return g_steal_pointer (&self);
}

TertuliaStore *
tertulia_store_ref (TertuliaStore *self)
{
  return g_rc_box_acquire (self);
}

static void
tertulia_store_clear (gpointer data)
{
  TertuliaStore *self = data;

  g_clear_pointer (&self->database, tertulia_database_close);
  g_free (self->name);
}

void
tertulia_store_unref (TertuliaStore *self)
{
  g_rc_box_release_full (self, tertulia_store_clear);
}

/*< private >
 * tertulia_store_begin:
 *
 * What is written from here to tertulia_store_commit() is written in one step.
 * May be nested.
 */
void
tertulia_store_begin (TertuliaStore *self)
{
  tertulia_store_run (self, "SAVEPOINT step", "");
}

void
tertulia_store_commit (TertuliaStore *self)
{
  tertulia_store_run (self, "RELEASE step", "");
}

GStrv
tertulia_store_list_rooms (TertuliaStore *self)
{
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  sqlite3_stmt *statement;

  statement = tertulia_database_query (self->database,
                                       "SELECT name FROM room WHERE account = ? AND joined"
                                       "  ORDER BY id",
                                       "i", self->account);
  while (tertulia_database_next (self->database, statement, NULL))
    g_strv_builder_add (rooms, (const char *) sqlite3_column_text (statement, 0));

  return g_strv_builder_end (rooms);
}

void
tertulia_store_add_room (TertuliaStore *self,
                         const char    *room)
{
  tertulia_store_run (self, "UPDATE room SET joined = 1 WHERE id = ?",
                      "i", tertulia_store_get_room (self, room));
}

/*< private >
 * tertulia_store_forget_room:
 *
 * It is not joined again. What was said in it stays.
 */
void
tertulia_store_forget_room (TertuliaStore *self,
                            const char    *room)
{
  tertulia_store_run (self, "UPDATE room SET joined = 0 WHERE id = ?",
                      "i", tertulia_store_get_room (self, room));
}

void
tertulia_store_get_position (TertuliaStore  *self,
                             const char     *room,
                             char          **history,
                             gint64         *last,
                             gint64         *last_read)
{
  sqlite3_stmt *statement;

  *history = NULL;
  *last = *last_read = 0;

  statement = tertulia_database_query (self->database,
                                       "SELECT history, last, last_read FROM room WHERE id = ?",
                                       "i", tertulia_store_get_room (self, room));
  if (tertulia_database_next (self->database, statement, NULL))
    {
      *history = g_strdup ((const char *) sqlite3_column_text (statement, 0));
      *last = sqlite3_column_int64 (statement, 1);
      *last_read = sqlite3_column_int64 (statement, 2);
    }
  if (statement != NULL)
    sqlite3_reset (statement);
}

/*< private >
 * tertulia_store_set_history:
 * @history: the id of the server's history of @room
 *
 * Where it is another one than before, the numbers known are of no use any more.
 */
void
tertulia_store_set_history (TertuliaStore *self,
                            const char    *room,
                            const char    *history)
{
  gint64 id = tertulia_store_get_room (self, room);

  tertulia_store_run (self,
                      "UPDATE message SET number = 0 WHERE room = ? AND number > 0"
                      "  AND (SELECT history FROM room WHERE id = ?) IS NOT ?",
                      "iis", id, id, history);
  tertulia_store_run (self,
                      "UPDATE room SET history = ?, last = 0, last_read = 0"
                      "  WHERE id = ? AND history IS NOT ?",
                      "sis", history, id, history);
}

void
tertulia_store_set_read (TertuliaStore *self,
                         const char    *room,
                         gint64         last_read)
{
  tertulia_store_run (self, "UPDATE room SET last_read = ? WHERE id = ?",
                      "ii", last_read, tertulia_store_get_room (self, room));
}

/*< private >
 * tertulia_store_load_messages:
 *
 * Returns: (transfer container): the last @max messages of @room, oldest first
 */
GPtrArray *
tertulia_store_load_messages (TertuliaStore *self,
                              const char    *room,
                              guint          max)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_stored_message_free);
  sqlite3_stmt *statement;

  statement = tertulia_database_query (self->database,
                                       "SELECT number, name, text, key, time, own FROM"
                                       "  (SELECT * FROM message WHERE room = ?"
                                       "   ORDER BY id DESC LIMIT ?)"
                                       "  ORDER BY id",
                                       "ii", tertulia_store_get_room (self, room), (gint64) max);
  while (tertulia_database_next (self->database, statement, NULL))
    {
      TertuliaStoredMessage *message = g_new0 (TertuliaStoredMessage, 1);

      message->entry = tertulia_entry_new (sqlite3_column_int64 (statement, 0),
                                           (const char *) sqlite3_column_text (statement, 1),
                                           (const char *) sqlite3_column_text (statement, 2),
                                           (const char *) sqlite3_column_text (statement, 3),
                                           sqlite3_column_int64 (statement, 4));
      message->own = sqlite3_column_int (statement, 5) != 0;
      message->state = message->own ? TERTULIA_MESSAGE_SENT : TERTULIA_MESSAGE_RECEIVED;
      g_ptr_array_add (messages, message);
    }

  return messages;
}

/*< private >
 * tertulia_store_add_message:
 *
 * One that is there already, by its number, stays as it is.
 */
void
tertulia_store_add_message (TertuliaStore       *self,
                            const char          *room,
                            const TertuliaEntry *entry,
                            gboolean             own)
{
  gint64 id = tertulia_store_get_room (self, room);

  tertulia_store_run (self,
                      "INSERT OR IGNORE INTO message (room, number, name, text, key, time, own)"
                      "  VALUES (?, ?, ?, ?, ?, ?, ?)",
                      "iisssii", id, entry->number, entry->name, entry->text, entry->key,
                      entry->time, (gint64) own);
  tertulia_store_run (self, "UPDATE room SET last = max (last, ?) WHERE id = ?",
                      "ii", entry->number, id);

  /* The oldest go; to look for them each time would cost more than a few rows. */
  if (sqlite3_last_insert_rowid (tertulia_database_get_sqlite (self->database)) % TRIM_EVERY == 0)
    tertulia_store_run (self,
                        "DELETE FROM message WHERE room = ? AND id <="
                        "  (SELECT id FROM message WHERE room = ?"
                        "   ORDER BY id DESC LIMIT 1 OFFSET ?)",
                        "iii", id, id, (gint64) TERTULIA_STORE_LIMIT);
}

static TertuliaMessageState
state_from_string (const char *nick)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (TERTULIA_TYPE_MESSAGE_STATE);
  GEnumValue *value = nick != NULL ? g_enum_get_value_by_nick (klass, nick) : NULL;

  return value != NULL && value->value >= TERTULIA_MESSAGE_QUEUED ? (TertuliaMessageState) value->value
                                                                  : TERTULIA_MESSAGE_UNKNOWN;
}

static const char *
state_to_string (TertuliaMessageState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (TERTULIA_TYPE_MESSAGE_STATE);

  return g_enum_get_value (klass, state)->value_nick;
}

/*< private >
 * tertulia_store_load_outbox:
 *
 * Returns: (transfer container): what is not sent, in the order it was written
 */
GPtrArray *
tertulia_store_load_outbox (TertuliaStore *self,
                            const char    *room)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_stored_message_free);
  sqlite3_stmt *statement;

  statement = tertulia_database_query (self->database,
                                       "SELECT key, text, time, state, error FROM outbox"
                                       "  WHERE room = ? ORDER BY id",
                                       "i", tertulia_store_get_room (self, room));
  while (tertulia_database_next (self->database, statement, NULL))
    {
      TertuliaStoredMessage *message = g_new0 (TertuliaStoredMessage, 1);

      message->entry = tertulia_entry_new (0, self->name,
                                           (const char *) sqlite3_column_text (statement, 1),
                                           (const char *) sqlite3_column_text (statement, 0),
                                           sqlite3_column_int64 (statement, 2));
      message->own = TRUE;
      message->state = state_from_string ((const char *) sqlite3_column_text (statement, 3));
      message->error = g_strdup ((const char *) sqlite3_column_text (statement, 4));
      g_ptr_array_add (messages, message);
    }

  return messages;
}

/*< private >
 * tertulia_store_put_outbox:
 * @entry: with a key, by which it is the same one as before
 */
void
tertulia_store_put_outbox (TertuliaStore        *self,
                           const char           *room,
                           const TertuliaEntry  *entry,
                           TertuliaMessageState  state,
                           const char           *error)
{
  tertulia_store_run (self,
                      "INSERT INTO outbox (room, key, text, time, state, error)"
                      "  VALUES (?, ?, ?, ?, ?, ?)"
                      "  ON CONFLICT (key) DO UPDATE SET state = excluded.state, error = excluded.error",
                      "ississ", tertulia_store_get_room (self, room), entry->key, entry->text,
                      entry->time, state_to_string (state), error);
}

void
tertulia_store_drop_outbox (TertuliaStore *self,
                            const char    *key)
{
  tertulia_store_run (self, "DELETE FROM outbox WHERE key = ?", "s", key);
}

void
tertulia_store_settle (TertuliaStore       *self,
                       const char          *room,
                       const TertuliaEntry *entry)
{
  tertulia_store_begin (self);
  tertulia_store_drop_outbox (self, entry->key);
  tertulia_store_add_message (self, room, entry, TRUE);
  tertulia_store_commit (self);
}
