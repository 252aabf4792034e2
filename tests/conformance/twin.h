/* twin.h: part 4, which does what the official servers with our test hubs do
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host-hub.h"

G_BEGIN_DECLS

/* What the hubs of the classic half are told to do, and whom they know. */
typedef struct {
  GHashTable       *callers;      /* by id: SignalrCaller */
  guint             start_delay;  /* ms */
  gboolean          refuses;
  SignalrHub       *chat_hub;
  SignalrEndpoint  *echo;
  guint             n_core;       /* connections of the other half */
} Twin;

/* There is one. */
extern Twin      twin;

void             twin_log           (const char  *event,
                                     JsonObject  *details);   /* (transfer full) */
/* One line on standard output; takes @line. */
void             twin_print         (JsonObject  *line);

SignalrHub      *twin_chat_hub_new  (void);
SignalrHub      *twin_test_hub_new  (void);
SignalrEndpoint *twin_echo_new      (void);

SignalrHub      *twin_core_chat_hub_new   (void);
SignalrHub      *twin_core_test_hub_new   (void);
SignalrHub      *twin_core_secure_hub_new (void);

/* Whether @path is one of those that steer the twin; then it is answered. */
gboolean         twin_control       (SignalrServer      *server,
                                     SoupServerMessage  *request,
                                     const char         *path);

G_END_DECLS
