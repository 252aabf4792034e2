/* tertulia-word-private.h: what chat servers say to one another
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "tertulia-history-private.h"
#include "tertulia-roster-private.h"

G_BEGIN_DECLS

/* A list of people goes in parts of so many. */
#define TERTULIA_WORD_MAX_PEOPLE 500

typedef enum {
  TERTULIA_WORD_BEAT,       /* how far I am: history, first, last, version; hello: tell me, too */
  TERTULIA_WORD_SAID,       /* one of my clients said: history, messages (one) */
  TERTULIA_WORD_ASK,        /* whoever has this history: what was said after `after`; without it, who is there */
  TERTULIA_WORD_PAGE,       /* what was said: history, after, last (of the page), messages */
  TERTULIA_WORD_PERSON,     /* one of my people: version, room, name, event */
  TERTULIA_WORD_PEOPLE,     /* all of them: version, part, more, people */
  TERTULIA_WORD_TYPING,     /* room, name */
} TertuliaWordKind;

typedef struct {
  const char *room;
  const char *name;
  gboolean    lost;
} TertuliaWordPerson;

/* One of them, read and found good; strings are those of the JSON. */
typedef struct {
  TertuliaWordKind     kind;
  const char          *history;
  gint64               first;
  gint64               last;
  gint64               after;
  gint64               version;
  gint64               part;
  gboolean             hello;
  gboolean             more;
  const char          *room;
  const char          *name;
  TertuliaRosterEvent  event;
  GPtrArray           *messages;     /* of TertuliaSaid, rising; else NULL */
  GArray              *people;       /* of TertuliaWordPerson; else NULL */
} TertuliaWord;

/* FALSE where @value is none; why goes to the debug log. */
gboolean  tertulia_word_read       (TertuliaWord        *self,
                                    JsonNode            *value);
void      tertulia_word_clear      (TertuliaWord        *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TertuliaWord, tertulia_word_clear)

/* (transfer full), all. */
JsonNode *tertulia_word_beat       (const char          *history,
                                    gint64               first,
                                    gint64               last,
                                    gint64               version,
                                    gboolean             hello);
JsonNode *tertulia_word_said       (const char          *history,
                                    gint64               number,
                                    const char          *room,
                                    const TertuliaEntry *entry);
JsonNode *tertulia_word_ask        (const char          *history,
                                    gint64               after);
JsonNode *tertulia_word_page       (const char          *history,
                                    gint64               after,
                                    gint64               last,
                                    GPtrArray           *messages);
JsonNode *tertulia_word_person     (gint64               version,
                                    const char          *room,
                                    const char          *name,
                                    TertuliaRosterEvent  event);
JsonNode *tertulia_word_people     (gint64               version,
                                    gint64               part,
                                    gboolean             more,
                                    const TertuliaWordPerson *people,
                                    guint                n_people);
JsonNode *tertulia_word_typing     (const char          *room,
                                    const char          *name);

G_END_DECLS
