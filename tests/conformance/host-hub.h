/* host-hub.h: a hub, and a connection without hubs, made of functions
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

typedef struct _HostHub HostHub;

/* What happens to connections; each may be NULL. */
typedef struct {
  void (*connected)    (SignalrHub        *hub,
                        SignalrInvocation *start);   /* to be answered */
  void (*reconnected)  (SignalrHub        *hub,
                        SignalrCaller     *caller);
  void (*disconnected) (SignalrHub        *hub,
                        SignalrCaller     *caller,
                        gboolean           stop_called,
                        const GError      *error);
  void (*received)     (SignalrEndpoint   *endpoint,
                        SignalrCaller     *caller,
                        GBytes            *data);
  void (*record)       (SignalrHub        *hub,
                        SignalrCaller     *caller,
                        JsonNode          *record);
} HostEvents;

typedef struct {
  const char         *name;
  int                 n_args;
  SignalrMethodFunc   func;
  SignalrMethodFlags  flags;
  guint               n_streams;
} HostMethod;

#define HOST_TYPE_HUB (host_hub_get_type ())
G_DECLARE_FINAL_TYPE (HostHub, host_hub, HOST, HUB, SignalrHub)

#define HOST_TYPE_ENDPOINT (host_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (HostEndpoint, host_endpoint, HOST, ENDPOINT, SignalrEndpoint)

SignalrHub      *host_hub_new        (const HostEvents  *events,
                                      const HostMethod  *methods,
                                      gsize              n_methods);
SignalrEndpoint *host_endpoint_new   (const HostEvents  *events);

/* A JSON array; `types` has a letter for each value: s string (nullable), i int. */
JsonNode        *host_args           (const char        *types,
                                      ...);
JsonNode        *host_string         (const char        *text);
JsonNode        *host_int            (gint64             number);

const char      *host_arg_string     (SignalrInvocation *invocation,
                                      guint              index);
/* Whether it is one, of 32 bits. */
gboolean         host_node_int       (JsonNode          *node,
                                      gint64            *number);
/* FALSE where it is none; then the call has been answered. */
gboolean         host_arg_int        (SignalrInvocation *invocation,
                                      guint              index,
                                      gint64            *number);
/* The same for a string, or null. */
gboolean         host_arg_is_string  (SignalrInvocation *invocation,
                                      guint              index);

/* Calls the caller; takes @args. */
void             host_call           (SignalrHub        *hub,
                                      SignalrInvocation *invocation,
                                      const char        *method,
                                      JsonNode          *args);
/* Answers later with @value, which is taken. */
void             host_return_after   (SignalrInvocation *invocation,
                                      guint              milliseconds,
                                      JsonNode          *value);
/* An error that is none of the hub's: .NET calls it InvalidOperationException. */
void             host_throw          (SignalrInvocation *invocation,
                                      const char        *message);

G_END_DECLS
