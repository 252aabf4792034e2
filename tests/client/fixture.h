/* fixture.h: a connection, its scripted server, and what it told
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr.h"

#include "peer.h"

G_BEGIN_DECLS

#define CLASSIC GINT_TO_POINTER (FALSE)
#define CORE    GINT_TO_POINTER (TRUE)

/* A connection, its server, and what it told, in one line of words. */
typedef struct {
  Peer                    *peer;
  SignalrConnection       *connection;
  SignalrHubProxy         *hub;
  GString                 *log;
  guint                    n_slow;
  guint                    n_reconnecting;
  guint                    n_reconnected;
  guint                    n_disconnected;
  guint                    n_retrying;
  guint                    n_invocations;
  gboolean                 resumed;
  char                    *id;
  SignalrDisconnectReason  reason;
  GError                  *error;
  char                    *args;
} Fixture;

/* What an asynchronous call answered. */
typedef struct {
  guint            n_answers;
  JsonNode        *node;
  SignalrDelivery  delivery;
  GError          *error;
} Answer;

void      fixture_set_up    (Fixture         *fixture,
                             gconstpointer    core);
void      fixture_tear_down (Fixture         *fixture,
                             gconstpointer    core);

/* What it told since the last time, in words, in this order. */
void      assert_log        (Fixture         *fixture,
                             const char      *words);

void      answer_clear      (Answer          *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

void      start_cb          (GObject         *source,
                             GAsyncResult    *result,
                             gpointer         user_data);
void      stop_cb           (GObject         *source,
                             GAsyncResult    *result,
                             gpointer         user_data);
void      invoke_cb         (GObject         *source,
                             GAsyncResult    *result,
                             gpointer         user_data);

/* @transport: (nullable): the only one that may be used */
void      use_transport     (Fixture         *fixture,
                             const char      *transport);
void      start             (Fixture         *fixture);
void      start_and_fail    (Fixture         *fixture,
                             SignalrError     code,
                             const char      *cause);
void      stop              (Fixture         *fixture);
JsonNode *array_of_text     (const char      *text);
void      invoke            (Fixture         *fixture,
                             const char      *method,
                             Answer          *answer);

/* The server calls @method of the client, with 1 and "two". */
void      push              (Fixture         *fixture,
                             const char      *method);

G_END_DECLS
