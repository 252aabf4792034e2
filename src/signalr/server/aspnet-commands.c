/* aspnet-commands.c: what servers ask of the one that has a client
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-connection-private.h"

#include "signalr-hub-private.h"

/* Whether it is that of a group of a hub that the client listens to. */
static gboolean
is_own_group (SignalrAspnetConnection *self,
              const char              *topic)
{
  for (guint i = 0; i < self->base.n_seats; i++)
    {
      g_autofree char *nameless = signalr_hub_topic (self->base.seats[i].hub, SIGNALR_AUDIENCE_GROUP, "");

      if (g_str_has_prefix (topic, nameless))
        return TRUE;
    }

  return FALSE;
}

/* What another server, or our own, asks of whoever has the client's transport. A group
 * is listened to from the command on, so that nothing said to it since is missed.
 */
static void
signalr_aspnet_connection_obey (SignalrAspnetConnection      *self,
                                const SignalrScaleoutCommand *command,
                                guint64                       id)
{
  SignalrServerConnection *base = &self->base;
  SignalrBus *bus = base->host->bus;
  gboolean changed = FALSE;

  switch (command->type)
    {
    case SIGNALR_SCALEOUT_ADD_TO_GROUP:
      changed = is_own_group (self, command->value) &&
                signalr_bus_subscribe_behind (bus, command->value, &base->subscriber, id);
      break;

    case SIGNALR_SCALEOUT_REMOVE_FROM_GROUP:
      changed = is_own_group (self, command->value) &&
                signalr_bus_unsubscribe (bus, command->value, &base->subscriber);
      break;

    case SIGNALR_SCALEOUT_ABORT:
      signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_STOP);
      break;

    /* Official servers send one around for each client that begins, which ours do without. */
    case SIGNALR_SCALEOUT_INITIALIZE:
      if (g_strcmp0 (command->value, SIGNALR_SCALEOUT_START) == 0)
        {
          signalr_aspnet_connection_start_for (self, command->id);
          return;
        }
      break;

    case SIGNALR_SCALEOUT_N_COMMANDS:
    default:
      break;
    }

  if (changed)
    base->klass->regroup (base, command->value, command->type == SIGNALR_SCALEOUT_ADD_TO_GROUP);
  signalr_scaleout_acknowledge (base->host->scaleout, command);
}

/*< private >
 * signalr_aspnet_connection_collect:
 *
 * Obeys the commands that are among what is next, which may be the end of @self.
 *
 * Returns: (transfer container): the messages for the client
 */
GPtrArray *
signalr_aspnet_connection_collect (SignalrAspnetConnection *self,
                                   gsize                    max_bytes)
{
  SignalrSubscriber *subscriber = &self->base.subscriber;
  const char *id = signalr_server_connection_get_id (&self->base);
  g_autoptr (GArray) commands = NULL;
  GPtrArray *messages;

  if (self->base.host->scaleout == NULL)
    return signalr_subscriber_collect (subscriber, id, max_bytes, NULL);

  commands = g_array_new (FALSE, FALSE, sizeof (SignalrBusCommand));
  messages = signalr_subscriber_collect (subscriber, id, max_bytes, commands);
  for (guint i = 0; i < commands->len; i++)
    {
      SignalrBusCommand *command = &g_array_index (commands, SignalrBusCommand, i);

      if (!signalr_server_connection_is_ended (&self->base))
        signalr_aspnet_connection_obey (self, signalr_message_get_command (command->message), command->id);
      signalr_message_unref (command->message);
    }

  return messages;
}
