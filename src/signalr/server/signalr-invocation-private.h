/* signalr-invocation-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-upload-private.h"
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

/* What becomes of what a method says. @answered is called once. */
typedef struct {
  void (*answered) (SignalrInvocation   *invocation,
                    const SignalrAnswer *answer,
                    gpointer             user_data);
  /* (nullable) Whether anybody listens. */
  gboolean (*item) (SignalrInvocation   *invocation,
                    JsonNode            *item,
                    gpointer             user_data);
  /* (nullable) */
  void (*progress) (SignalrInvocation   *invocation,
                    JsonNode            *value,
                    gpointer             user_data);
} SignalrInvocationFuncs;

SignalrInvocation *signalr_invocation_new         (SignalrInvocation           **spare,
                                                   SignalrCaller                *caller,
                                                   char                         *method,
                                                   JsonArray                    *args,
                                                   const SignalrInvocationFuncs *funcs,
                                                   gpointer                      user_data,
                                                   GDestroyNotify                destroy);
void               signalr_invocation_retire      (SignalrInvocation            *self,
                                                   SignalrInvocation           **spare);
/* What the client streams up; of SignalrServerUpload, in the order of the method. */
void               signalr_invocation_set_uploads (SignalrInvocation            *self,
                                                   GPtrArray                    *uploads);
/* What the client keeps; an object, or NULL. */
void               signalr_invocation_load_state  (SignalrInvocation            *self,
                                                   JsonNode                     *state);
/* What of it the method changed, (transfer full), or NULL. */
JsonNode          *signalr_invocation_dup_changes (SignalrInvocation            *self);
/* The client does not want the rest, or is gone. */
void               signalr_invocation_cancel      (SignalrInvocation            *self);

G_END_DECLS
