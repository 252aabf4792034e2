/* tertulia-chat-json-private.h: what the chat hub says, as JSON
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "tertulia-history-private.h"
#include "tertulia-roster-private.h"

G_BEGIN_DECLS

/* (transfer full), all. */
JsonNode   *tertulia_chat_json_args          (JsonNode            *value);   /* (transfer full) */
JsonNode   *tertulia_chat_json_tutorial_args (const char          *name,
                                              const char          *text);
JsonNode   *tertulia_chat_json_message       (const char          *room,
                                              const TertuliaEntry *entry);
JsonNode   *tertulia_chat_json_person_event  (const char          *room,
                                              const char          *name,
                                              const char          *event);
JsonNode   *tertulia_chat_json_typing        (const char          *room,
                                              const char          *name);
JsonNode   *tertulia_chat_json_people        (GArray              *people);
JsonNode   *tertulia_chat_json_page          (const char          *room,
                                              GPtrArray           *entries,
                                              gboolean             more);
JsonNode   *tertulia_chat_json_joined        (const char          *name,
                                              const char          *room,
                                              const char          *history,
                                              gint64               last,
                                              GArray              *people,
                                              JsonNode            *page);    /* (transfer full) */
JsonNode   *tertulia_chat_json_refused       (const char          *why);
JsonNode   *tertulia_chat_json_posted        (gint64               number,
                                              gint64               time,
                                              gboolean             duplicate);
JsonNode   *tertulia_chat_json_rooms         (TertuliaHistory     *history,
                                              TertuliaRoster      *roster);

G_END_DECLS
