/* signalr-invocation.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-invocation.h"

/**
 * SignalrInvocation:
 *
 * One call of a hub method, to be answered.
 *
 * Since: 1.0
 */
struct _SignalrInvocation {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (SignalrInvocation, signalr_invocation, G_TYPE_OBJECT)

static void
signalr_invocation_class_init (SignalrInvocationClass *klass)
{
}

static void
signalr_invocation_init (SignalrInvocation *self)
{
}

SignalrCaller *
signalr_invocation_get_caller (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return NULL;
}

const char *
signalr_invocation_get_method (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return NULL;
}

JsonArray *
signalr_invocation_get_args (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return NULL;
}

void
signalr_invocation_return_value (SignalrInvocation *self,
                                 JsonNode          *value)
{
  g_return_if_fail (SIGNALR_IS_INVOCATION (self));

  g_clear_pointer (&value, json_node_unref);
}

void
signalr_invocation_return_error (SignalrInvocation *self,
                                 const char        *message,
                                 JsonNode          *data)
{
  g_return_if_fail (SIGNALR_IS_INVOCATION (self));

  g_clear_pointer (&data, json_node_unref);
}

void
signalr_invocation_return_gerror (SignalrInvocation *self,
                                  GError            *error)
{
  g_return_if_fail (SIGNALR_IS_INVOCATION (self));

  g_clear_error (&error);
}
