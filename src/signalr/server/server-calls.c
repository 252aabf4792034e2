/* server-calls.c: by which way what a hub says goes to its clients
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-host-private.h"

#include "server-connection-private.h"
#include "signalr-hub-private.h"

/* Alone, a server has one topic for an audience, whatever dialect its clients speak.
 * With others it has two ways to them, which share nothing: so each dialect has topics
 * of its own.
 */
static gboolean
signalr_host_is_split (SignalrHost *self)
{
  return (self->farm != NULL && !self->local) || self->scaleout != NULL;
}

SignalrBackplane *
signalr_host_get_backplane (SignalrHost *self,
                            SignalrHub  *hub)
{
  /* Connections without a hub have no channels in ASP.NET Core. */
  if (self->farm == NULL || SIGNALR_IS_ENDPOINT (hub) || !signalr_host_serves (self, hub, SIGNALR_DIALECT_ASPNETCORE))
    return NULL;

  return self->farm->aspnetcore;
}

static char *
signalr_host_topic (SignalrHost     *self,
                    SignalrHub      *hub,
                    SignalrDialect   dialect,
                    SignalrAudience  audience,
                    const char      *name)
{
  if (dialect == SIGNALR_DIALECT_ASPNETCORE && signalr_host_is_split (self))
    return signalr_hub_channel (hub, self->farm != NULL ? self->farm->hub_namespace : NULL, audience, name);

  return signalr_hub_topic (hub, audience, name);
}

gboolean
signalr_host_subscribe (SignalrHost             *self,
                        SignalrHub              *hub,
                        SignalrAudience          audience,
                        const char              *name,
                        SignalrServerConnection *connection)
{
  SignalrDialect dialect = signalr_caller_get_dialect (connection->caller);
  g_autofree char *topic = signalr_host_topic (self, hub, dialect, audience, name);

  return signalr_bus_subscribe (self->bus, topic, &connection->subscriber);
}

/*< private >
 * signalr_host_publish_topic:
 *
 * To those who listen to the classic @topic, here and on the other servers there are.
 */
void
signalr_host_publish_topic (SignalrHost    *self,
                            const char     *topic,
                            SignalrMessage *message)
{
  if (self->scaleout != NULL)
    signalr_scaleout_publish (self->scaleout, topic, message);
  else
    signalr_bus_publish (self->bus, topic, message);
}

static void
signalr_host_publish_aspnet (SignalrHost     *self,
                             SignalrHub      *hub,
                             SignalrAudience  audience,
                             const char      *name,
                             SignalrMessage  *message)
{
  g_autofree char *topic = signalr_hub_topic (hub, audience, name);

  signalr_host_publish_topic (self, topic, message);
}

static void
signalr_host_publish_aspnetcore (SignalrHost     *self,
                                 SignalrHub      *hub,
                                 SignalrAudience  audience,
                                 const char      *name,
                                 SignalrMessage  *message)
{
  SignalrBackplane *backplane = signalr_host_get_backplane (self, hub);
  g_autofree char *topic = NULL;

  if (backplane != NULL)
    {
      backplane->klass->publish (backplane, hub, audience, name, message);
      return;
    }

  topic = signalr_host_topic (self, hub, SIGNALR_DIALECT_ASPNETCORE, audience, name);
  signalr_bus_publish (self->bus, topic, message);
}

void
signalr_host_publish (SignalrHost     *self,
                      SignalrHub      *hub,
                      SignalrAudience  audience,
                      const char      *name,
                      SignalrMessage  *message)
{
  gboolean split = signalr_host_is_split (self);

  if (!split || signalr_host_serves (self, hub, SIGNALR_DIALECT_ASPNET))
    signalr_host_publish_aspnet (self, hub, audience, name, message);
  if (split && signalr_host_serves (self, hub, SIGNALR_DIALECT_ASPNETCORE))
    signalr_host_publish_aspnetcore (self, hub, audience, name, message);
}

/* Which dialect a client speaks. One that is not here tells by its id: those of classic
 * SignalR are GUIDs, which those of ASP.NET Core are not.
 */
static SignalrDialect
signalr_host_guess_dialect (SignalrHost             *self,
                            SignalrHub              *hub,
                            SignalrServerConnection *connection,
                            const char              *connection_id)
{
  if (connection != NULL)
    return signalr_caller_get_dialect (connection->caller);

  if (!signalr_host_serves (self, hub, SIGNALR_DIALECT_ASPNETCORE))
    return SIGNALR_DIALECT_ASPNET;

  if (!signalr_host_serves (self, hub, SIGNALR_DIALECT_ASPNET))
    return SIGNALR_DIALECT_ASPNETCORE;

  return g_uuid_string_is_valid (connection_id) ? SIGNALR_DIALECT_ASPNET : SIGNALR_DIALECT_ASPNETCORE;
}

/*< private >
 * signalr_host_send:
 *
 * A client of ASP.NET Core that is here is told directly, as the official servers do; a
 * classic one only in the order of what its server hears from others.
 */
void
signalr_host_send (SignalrHost    *self,
                   SignalrHub     *hub,
                   const char     *connection_id,
                   SignalrMessage *message)
{
  SignalrServerConnection *connection = signalr_host_find_of (self, hub, connection_id);
  SignalrDialect dialect = signalr_host_guess_dialect (self, hub, connection, connection_id);
  SignalrBackplane *backplane = signalr_host_get_backplane (self, hub);

  if (dialect == SIGNALR_DIALECT_ASPNET && self->scaleout != NULL)
    {
      signalr_host_publish_aspnet (self, hub, SIGNALR_AUDIENCE_CONNECTION, connection_id, message);
    }
  else if (connection != NULL)
    {
      connection->klass->send (connection, message);
    }
  else if (dialect == SIGNALR_DIALECT_ASPNETCORE && backplane != NULL)
    {
      backplane->klass->send (backplane, hub, connection_id, message);
    }
}

gboolean
signalr_host_ask (SignalrHost *self,
                  SignalrHub  *hub,
                  const char  *connection_id,
                  const char  *method,
                  JsonNode    *args,
                  GTask       *task)
{
  SignalrServerConnection *connection = signalr_host_find_of (self, hub, connection_id);
  SignalrBackplane *backplane = signalr_host_get_backplane (self, hub);

  if (connection != NULL)
    return connection->klass->ask != NULL && connection->klass->ask (connection, method, args, task);

  if (backplane == NULL ||
      signalr_host_guess_dialect (self, hub, NULL, connection_id) != SIGNALR_DIALECT_ASPNETCORE)
    return FALSE;

  backplane->klass->ask (backplane, hub, connection_id, method, args, task);

  return TRUE;
}

void
signalr_host_regroup_here (SignalrHost             *self,
                           SignalrHub              *hub,
                           SignalrServerConnection *connection,
                           const char              *group,
                           gboolean                 join)
{
  SignalrDialect dialect = signalr_caller_get_dialect (connection->caller);
  g_autofree char *topic = signalr_host_topic (self, hub, dialect, SIGNALR_AUDIENCE_GROUP, group);
  gboolean changed;

  if (join)
    changed = signalr_bus_subscribe (self->bus, topic, &connection->subscriber);
  else
    changed = signalr_bus_unsubscribe (self->bus, topic, &connection->subscriber);

  if (changed)
    connection->klass->regroup (connection, topic, join);
}

/* @task: (nullable) (transfer full) */
static void
tell (GTask        *task,
      const GError *error)
{
  if (task == NULL)
    return;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* A command on its way to the server that has the classic client. */
typedef struct {
  SignalrHost *host;
  SignalrHub  *hub;
  char        *connection_id;
  char        *group;
  gboolean     join;
  GTask       *task;            /* NULL where nobody waits */
} Regroup;

/* Where the others cannot be asked, or the client is away for a while, it is still our
 * own, if it is.
 */
static void
regrouped_cb (gpointer      user_data,
              const GError *error)
{
  Regroup *regroup = user_data;
  SignalrHost *self = regroup->host;
  SignalrServerConnection *connection = NULL;

  if (error != NULL && !self->stopping)
    connection = signalr_host_find_of (self, regroup->hub, regroup->connection_id);
  if (connection != NULL)
    signalr_host_regroup_here (self, regroup->hub, connection, regroup->group, regroup->join);
  else if (error != NULL)
    g_info ("Group %s is not changed for %s: %s", regroup->group, regroup->connection_id, error->message);
  tell (regroup->task, connection != NULL ? NULL : error);

  signalr_host_unref (self);
  g_object_unref (regroup->hub);
  g_free (regroup->connection_id);
  g_free (regroup->group);
  g_free (regroup);
}

static void
signalr_host_command_regroup (SignalrHost *self,
                              SignalrHub  *hub,
                              const char  *connection_id,
                              const char  *group,
                              gboolean     join,
                              GTask       *task)
{
  g_autofree char *topic = signalr_hub_topic (hub, SIGNALR_AUDIENCE_GROUP, group);
  Regroup *regroup = g_new (Regroup, 1);

  regroup->host = signalr_host_ref (self);
  regroup->hub = g_object_ref (hub);
  regroup->connection_id = g_strdup (connection_id);
  regroup->group = g_strdup (group);
  regroup->join = join;
  regroup->task = task != NULL ? g_object_ref (task) : NULL;
  signalr_scaleout_regroup (self->scaleout, connection_id, topic, join, regrouped_cb, regroup);
}

static void
settled_cb (gpointer      user_data,
            const GError *error)
{
  tell (user_data, error);
}

void
signalr_host_regroup (SignalrHost *self,
                      SignalrHub  *hub,
                      const char  *connection_id,
                      const char  *group,
                      gboolean     join,
                      GTask       *task)
{
  SignalrServerConnection *connection = signalr_host_find_of (self, hub, connection_id);
  SignalrDialect dialect = signalr_host_guess_dialect (self, hub, connection, connection_id);
  SignalrBackplane *backplane = NULL;

  if (dialect == SIGNALR_DIALECT_ASPNET && self->scaleout != NULL)
    {
      signalr_host_command_regroup (self, hub, connection_id, group, join, task);
      return;
    }

  if (dialect == SIGNALR_DIALECT_ASPNETCORE)
    backplane = signalr_host_get_backplane (self, hub);
  if (connection == NULL && backplane != NULL)
    {
      backplane->klass->regroup (backplane, hub, connection_id, group, join, task);
      return;
    }

  if (connection != NULL)
    signalr_host_regroup_here (self, hub, connection, group, join);

  if (backplane != NULL && task != NULL)
    backplane->klass->settle (backplane, settled_cb, g_object_ref (task));
  else if (task != NULL)
    tell (g_object_ref (task), NULL);
}
