/* tertulia-wire-private.h: the chat protocol, as a client reads and writes it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "tertulia-entry-private.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *entries;    /* TertuliaEntry, numbers rising */
  gboolean   more;
} TertuliaPage;

typedef struct {
  char     *name;
  gboolean  lost;
} TertuliaPersonEntry;

typedef struct {
  char         *refusal;   /* (nullable): one sentence; then nothing else is set */
  char         *room;
  char         *name;
  char         *history;
  GPtrArray    *people;    /* TertuliaPersonEntry */
  TertuliaPage *page;
} TertuliaJoined;

/* Each reads what may be anything, and is NULL where it is not that. */
TertuliaEntry  *tertulia_wire_read_entry    (JsonObject     *object);
TertuliaPage   *tertulia_wire_read_page     (JsonNode       *node);
TertuliaJoined *tertulia_wire_read_joined   (JsonNode       *node);

JsonNode       *tertulia_wire_write_join    (const char     *room,
                                             const char     *name,
                                             const char     *history,
                                             gint64          after);
JsonNode       *tertulia_wire_write_history (const char     *room,
                                             gint64          after);
JsonNode       *tertulia_wire_write_post    (const char     *room,
                                             const char     *key,
                                             const char     *text);
JsonNode       *tertulia_wire_write_strings (const char     *first,
                                             const char     *second);

void            tertulia_page_free          (TertuliaPage   *page);
void            tertulia_joined_free        (TertuliaJoined *joined);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaPage, tertulia_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaJoined, tertulia_joined_free)

G_END_DECLS
