/* aspnetcore-farm-private.h: what servers of ASP.NET Core SignalR tell one another
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* Payloads of the channels in Redis, as the official backplane writes them: arrays of
 * MessagePack, of which surplus items and bytes are ignored. What a payload is follows
 * from its channel alone. Errors are SIGNALR_ERROR_INVALID_DATA.
 */

/* A call for clients. */
typedef struct {
  GStrv   excluded;          /* connection ids; NULL for none */
  GBytes *json;              /* the record with its framing; NULL where the server writes none */
  GBytes *messagepack;
  char   *invocation_id;     /* NULL where nobody waits for a result */
  char   *return_channel;    /* where to that is sent */
} SignalrFarmCall;

typedef enum {
  SIGNALR_FARM_ADD    = 1,
  SIGNALR_FARM_REMOVE = 2,
} SignalrFarmAction;

/* A connection of some server joins or leaves a group. */
typedef struct {
  gint32  id;
  char   *server;            /* that wants to know when it is done */
  guint   action;            /* any other changes nothing */
  char   *group;
  char   *connection_id;
} SignalrFarmCommand;

/* The result that a client has given. */
typedef struct {
  char   *protocol;          /* of the client */
  GBytes *record;            /* a Completion, with its framing */
} SignalrFarmResult;

GBytes   *signalr_farm_call_encode    (const SignalrFarmCall    *call);
gboolean  signalr_farm_call_decode    (GBytes                   *payload,
                                       SignalrFarmCall          *call,
                                       GError                  **error);
void      signalr_farm_call_clear     (SignalrFarmCall          *call);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignalrFarmCall, signalr_farm_call_clear)

GBytes   *signalr_farm_command_encode (const SignalrFarmCommand *command);
gboolean  signalr_farm_command_decode (GBytes                   *payload,
                                       SignalrFarmCommand       *command,
                                       GError                  **error);
void      signalr_farm_command_clear  (SignalrFarmCommand       *command);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignalrFarmCommand, signalr_farm_command_clear)

/* That a command has been carried out. */
GBytes   *signalr_farm_ack_encode     (gint32                    id);
gboolean  signalr_farm_ack_decode     (GBytes                   *payload,
                                       gint32                   *id,
                                       GError                  **error);

GBytes   *signalr_farm_result_encode  (const SignalrFarmResult  *result);
gboolean  signalr_farm_result_decode  (GBytes                   *payload,
                                       SignalrFarmResult        *result,
                                       GError                  **error);
void      signalr_farm_result_clear   (SignalrFarmResult        *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignalrFarmResult, signalr_farm_result_clear)

G_END_DECLS
