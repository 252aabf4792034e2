/* load-line.h: one TCP connection of the load generator
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LOAD_TEXT 1
#define LOAD_BINARY 2
#define LOAD_CLOSE 8

typedef struct LoadLine LoadLine;

/* Called with what has come; @line->input holds it until somebody takes it. */
typedef void (*LoadLineFunc) (LoadLine *line,
                              gpointer  owner);

struct LoadLine {
  int           poller;
  int           fd;          /* -1 while it is closed */
  gboolean      wants_out;
  GByteArray   *input;
  GByteArray   *output;
  LoadLineFunc  func;
  gpointer      owner;
};

typedef struct {
  guint       status;
  const char *body;
  gsize       length;
} LoadAnswer;

/* Where the server is; every port of one source address can be used only once a
 * minute, so lines come from many.
 */
void     load_set_server   (const char   *host,
                            guint         port);
void     load_fail         (const char   *format,
                            ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

void     load_line_init    (LoadLine     *line,
                            int           poller,
                            LoadLineFunc  func,
                            gpointer      owner);
void     load_line_open    (LoadLine     *line);
void     load_line_close   (LoadLine     *line);
void     load_line_handle  (LoadLine     *line,
                            guint32       events);
void     load_line_flush   (LoadLine     *line);
void     load_line_take    (LoadLine     *line,
                            gsize         length);

void     load_line_request (LoadLine     *line,
                            const char   *method,
                            const char   *target,
                            const char   *headers,
                            const char   *body);
void     load_line_upgrade (LoadLine     *line,
                            const char   *target);
/* FALSE until all of it has come; @buffer holds the body. */
gboolean load_line_answer  (LoadLine     *line,
                            GByteArray   *buffer,
                            LoadAnswer   *answer);
/* The same for one that does not end: as much as has come. */
gboolean load_line_stream  (LoadLine     *line,
                            GByteArray   *buffer,
                            LoadAnswer   *answer);

void     load_line_frame   (LoadLine     *line,
                            guint         opcode,
                            const void   *data,
                            gsize         length);
/* The first whole frame in @data: its length there, 0 while there is none. */
gsize    load_frame_read   (const guint8  *data,
                            gsize          length,
                            guint         *opcode,
                            const guint8 **payload,
                            gsize         *payload_length);

G_END_DECLS
