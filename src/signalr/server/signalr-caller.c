/* signalr-caller.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-caller.h"

/**
 * SignalrCaller:
 *
 * One SignalR connection, as a hub sees it.
 *
 * Since: 1.0
 */
struct _SignalrCaller {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (SignalrCaller, signalr_caller, G_TYPE_OBJECT)

static void
signalr_caller_class_init (SignalrCallerClass *klass)
{
}

static void
signalr_caller_init (SignalrCaller *self)
{
}

const char *
signalr_caller_get_connection_id (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return NULL;
}

const char *
signalr_caller_get_user (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return NULL;
}

SignalrDialect
signalr_caller_get_dialect (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), SIGNALR_DIALECT_AUTO);

  return SIGNALR_DIALECT_AUTO;
}

SignalrTransport
signalr_caller_get_transport (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), SIGNALR_TRANSPORT_NONE);

  return SIGNALR_TRANSPORT_NONE;
}

const char *
signalr_caller_get_query (SignalrCaller *self,
                          const char    *name)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return NULL;
}
