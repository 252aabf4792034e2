/* aspnet-envelope-private.h: what classic SignalR sends, both ways
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* Server to client. A keep-alive is an envelope with nothing in it; a hub
 * result that comes on the same channel has `result` and nothing else.
 */
typedef struct {
  char      *cursor;        /* C */
  gboolean   init;          /* S */
  gboolean   reconnect;     /* T: the host shuts down */
  gboolean   disconnect;    /* D */
  char      *groups_token;  /* G */
  gint64     poll_delay;    /* L, ms; -1 where absent */
  char      *error;         /* E */
  GPtrArray *messages;      /* M: JsonNode, or NULL for an element that was broken;
                               empty where there is no M */
  struct _SignalrHubResult *result;
} SignalrEnvelope;

/* Server to client: the answer to a call, or progress of it. */
typedef struct _SignalrHubResult {
  char      *id;            /* I */
  JsonNode  *result;        /* R */
  char      *error;         /* E */
  gboolean   hub_error;     /* H */
  JsonNode  *data;          /* D */
  JsonNode  *state;         /* S */
  char      *progress_id;   /* P.I; where it is there, the rest is progress, not an answer */
  JsonNode  *progress;      /* P.D */
} SignalrHubResult;

/* Both ways: a call of a method of a hub. */
typedef struct {
  char      *hub;           /* H */
  char      *method;        /* M */
  JsonNode  *args;          /* A: an array */
  char      *id;            /* I; NULL from server to client */
  JsonNode  *state;         /* S */
} SignalrHubCall;

void              signalr_envelope_free   (SignalrEnvelope  *self);
void              signalr_hub_result_free (SignalrHubResult *self);
void              signalr_hub_call_free   (SignalrHubCall   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrEnvelope, signalr_envelope_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrHubResult, signalr_hub_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrHubCall, signalr_hub_call_free)

/* An error in one element of M loses that element alone. */
SignalrEnvelope  *signalr_envelope_decode   (const char             *text,
                                             gsize                   length,
                                             GError                **error);
/* @messages: JSON texts, copied as they are. The fields of @self but messages
 * and result are written.
 */
void              signalr_envelope_encode   (const SignalrEnvelope  *self,
                                             GBytes * const         *messages,
                                             gsize                   n_messages,
                                             GString                *out);

SignalrHubResult *signalr_hub_result_decode (const char             *text,
                                             gsize                   length,
                                             GError                **error);
/* Progress comes as a message of an envelope: a node with a member P. */
SignalrHubResult *signalr_hub_result_decode_node (JsonNode              *node,
                                                  GError               **error);
gboolean          signalr_hub_result_encode (const SignalrHubResult *self,
                                             GString                *out,
                                             GError                **error);

SignalrHubCall   *signalr_hub_call_decode   (JsonNode               *node,
                                             GError                **error);
gboolean          signalr_hub_call_encode   (const SignalrHubCall   *self,
                                             GString                *out,
                                             GError                **error);

G_END_DECLS
