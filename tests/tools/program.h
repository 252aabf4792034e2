/* program.h: the real programs, as tests drive them
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

typedef struct _Program Program;

/* Each waits, by running the main context, for what must come; a test that waits
 * for too long fails and says for what. What is returned belongs to the program.
 */
Program    *program_start        (const char *name,
                                  ...) G_GNUC_NULL_TERMINATED;
Program    *program_startv       (const char         *name,
                                  const char * const *args);
void        program_free         (Program    *self);

void        program_do           (Program    *self,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (2, 3);

/* The next event; `state` is additional to the others, and skipped. */
JsonObject *program_next         (Program    *self);

/* The next event, which must be of that name. */
JsonObject *program_expect       (Program    *self,
                                  const char *event);

/* The next event of that name, whatever comes before it. */
JsonObject *program_wait         (Program    *self,
                                  const char *event);

/* What a server or a link says first. */
const char *program_wait_address (Program    *self);
gint64      program_wait_port    (Program    *self);

void        program_end_input    (Program    *self);
void        program_signal       (Program    *self,
                                  int         number);

/* No event but `state` comes any more; returns the exit code. */
int         program_wait_end     (Program    *self);

/* What it wrote for people; known at the end. */
const char *program_get_errors   (Program    *self);

const char *event_string         (JsonObject *event,
                                  const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Program, program_free)

G_END_DECLS
