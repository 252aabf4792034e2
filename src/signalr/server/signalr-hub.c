/* signalr-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-hub.h"

/**
 * SignalrHub:
 *
 * Methods that clients call, and calls to clients.
 *
 * Since: 1.0
 */
G_DEFINE_ABSTRACT_TYPE (SignalrHub, signalr_hub, G_TYPE_OBJECT)

static void
signalr_hub_class_init (SignalrHubClass *klass)
{
}

static void
signalr_hub_init (SignalrHub *self)
{
}

void
signalr_hub_add_method (SignalrHub        *self,
                        const char        *name,
                        int                n_args,
                        SignalrMethodFunc  func,
                        gpointer           user_data,
                        GDestroyNotify     destroy)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_all (SignalrHub         *self,
                      const char         *method,
                      JsonNode           *args,
                      const char * const *except)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_clients (SignalrHub         *self,
                          const char * const *connection_ids,
                          const char         *method,
                          JsonNode           *args)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_caller (SignalrHub    *self,
                         SignalrCaller *caller,
                         const char    *method,
                         JsonNode      *args)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_others (SignalrHub    *self,
                         SignalrCaller *caller,
                         const char    *method,
                         JsonNode      *args)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_groups (SignalrHub         *self,
                         const char * const *groups,
                         const char         *method,
                         JsonNode           *args,
                         const char * const *except)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_call_users (SignalrHub         *self,
                        const char * const *users,
                        const char         *method,
                        JsonNode           *args)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_add_to_group (SignalrHub *self,
                          const char *connection_id,
                          const char *group)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_remove_from_group (SignalrHub *self,
                               const char *connection_id,
                               const char *group)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}

void
signalr_hub_close_client (SignalrHub *self,
                          const char *connection_id,
                          const char *message)
{
  g_return_if_fail (SIGNALR_IS_HUB (self));
}
