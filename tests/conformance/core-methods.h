/* core-methods.h: hub methods that parts 2, 3 and 4 share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host-hub.h"

G_BEGIN_DECLS

/* The same argument back. */
void        core_echo_cb                 (SignalrHub        *hub,
                                          SignalrInvocation *invocation,
                                          gpointer           user_data);
void        core_get_caller_id_cb        (SignalrHub        *hub,
                                          SignalrInvocation *invocation,
                                          gpointer           user_data);
void        core_get_transport_cb        (SignalrHub        *hub,
                                          SignalrInvocation *invocation,
                                          gpointer           user_data);
const char *core_transport_name          (SignalrCaller     *caller);
/* What the client's request had; NULL where it had none. */
const char *core_get_header              (SignalrInvocation *invocation,
                                          const char        *name);
/* (transfer full) */
char       *core_get_cookie              (SignalrInvocation *invocation,
                                          const char        *name);
/* Reads the first upload of @invocation: @item (borrowed) for each item, @end for
 * its end, with the error it ended with, or NULL. Both are called on the hub's
 * context; @data is freed behind the end.
 */
void        core_read_upload             (SignalrInvocation *invocation,
                                          void             (*item) (SignalrInvocation *invocation,
                                                                    JsonNode          *item,
                                                                    gpointer           data),
                                          void             (*end)  (SignalrInvocation *invocation,
                                                                    GError            *error,   /* (transfer full) */
                                                                    gpointer           data),
                                          gpointer           data,
                                          GDestroyNotify     destroy);
/* Answers with a stream of the numbers from 0 to @count, one after every pause, which
 * ends early where the client wants no more.
 */
void        core_stream_numbers          (SignalrInvocation *invocation,
                                          gint64             count,
                                          guint              milliseconds);
/* Calls @cancelled when the client wants no more of the stream. */
void        core_on_cancelled            (SignalrHub        *hub,
                                          SignalrInvocation *invocation,
                                          void             (*cancelled) (SignalrHub        *hub,
                                                                         SignalrInvocation *invocation));

G_END_DECLS
