/* signalr-invocation-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-invocation.h"

G_BEGIN_DECLS

/* What a method answered: a value; or, on purpose, an error for the client; or a
 * failure, of which the client is told little.
 */
typedef struct {
  JsonNode *value;      /* NULL where nothing is returned */
  char     *error;      /* of signalr_invocation_return_error () */
  JsonNode *data;       /* with it */
  GError   *failure;    /* of signalr_invocation_return_gerror () */
} SignalrAnswer;

/* Called once. @answer is borrowed. */
typedef void (*SignalrAnswerFunc) (const SignalrAnswer *answer,
                                   gpointer             user_data);

SignalrInvocation *signalr_invocation_new (SignalrCaller     *caller,
                                           const char        *method,
                                           JsonArray         *args,
                                           SignalrAnswerFunc  func,
                                           gpointer           user_data,
                                           GDestroyNotify     destroy);

G_END_DECLS
