/* tertulia-practice.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-practice.h"

#include <glib/gi18n-lib.h>

#include "server/tertulia-chat-hub.h"
#include "tertulia-database-private.h"
#include "tertulia-text-private.h"

#define HOST "127.0.0.1"
#define PATH "/signalr"

/**
 * TertuliaPractice:
 *
 * A chat server of one's own, and a bad link to it at will: so that anybody can
 * see in a minute what the window says when a connection is slow, lost, and back.
 */
struct _TertuliaPractice {
  GObject           parent_instance;

  TertuliaSettings *settings;
  SignalrServer    *server;
  TertuliaChatHub  *hub;
  LinkSimulator    *link;
  char             *uri;
  char             *link_uri;
};

G_DEFINE_FINAL_TYPE (TertuliaPractice, tertulia_practice, G_TYPE_OBJECT)

static void
tertulia_practice_dispose (GObject *object)
{
  TertuliaPractice *self = TERTULIA_PRACTICE (object);

  g_clear_object (&self->link);
  if (self->server != NULL)
    signalr_server_shutdown_async (self->server, NULL, NULL, NULL);
  g_clear_object (&self->server);
  g_clear_object (&self->hub);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tertulia_practice_parent_class)->dispose (object);
}

static void
tertulia_practice_finalize (GObject *object)
{
  TertuliaPractice *self = TERTULIA_PRACTICE (object);

  g_free (self->uri);
  g_free (self->link_uri);

  G_OBJECT_CLASS (tertulia_practice_parent_class)->finalize (object);
}

static void
tertulia_practice_class_init (TertuliaPracticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tertulia_practice_dispose;
  object_class->finalize = tertulia_practice_finalize;
}

static void
tertulia_practice_init (TertuliaPractice *self)
{
}

/* In this order: setting the disconnect timeout sets KeepAlive, too. */
static gboolean
tertulia_practice_set_times (TertuliaPractice  *self,
                             GError           **error)
{
  double keep_alive, disconnect_timeout, connection_timeout;

  g_object_get (self->settings,
                "server-keep-alive", &keep_alive,
                "server-disconnect-timeout", &disconnect_timeout,
                "server-connection-timeout", &connection_timeout,
                NULL);

  return signalr_server_set_disconnect_timeout (self->server, disconnect_timeout * 1000, error) &&
         signalr_server_set_keep_alive (self->server, keep_alive * 1000, error) &&
         signalr_server_set_connection_timeout (self->server, connection_timeout * 1000, error) &&
         (keep_alive == 0 ||
          signalr_server_set_ping_interval (self->server, keep_alive * 1000, error)) &&
         signalr_server_set_client_timeout (self->server, disconnect_timeout * 1000, error);
}

static gboolean
tertulia_practice_open (TertuliaPractice  *self,
                        GError           **error)
{
  g_autoptr (GUri) uri = NULL;

  self->hub = tertulia_chat_hub_new (NULL, error);
  if (self->hub == NULL)
    return FALSE;

  self->server = signalr_server_new ();
  if (!tertulia_practice_set_times (self, error) ||
      !tertulia_chat_hub_serve (self->hub, self->server, error) ||
      !signalr_server_listen (self->server, HOST, 0, error))
    return FALSE;

  uri = g_uri_parse (signalr_server_get_uri (self->server), G_URI_FLAGS_NONE, error);
  if (uri == NULL)
    return FALSE;

  self->link = link_simulator_new (HOST, g_uri_get_port (uri));
  if (!link_simulator_listen (self->link, 0, error))
    return FALSE;

  self->uri = g_strdup_printf ("http://" HOST ":%d" PATH, g_uri_get_port (uri));
  self->link_uri = g_strdup_printf ("http://" HOST ":%u" PATH, link_simulator_get_port (self->link));

  return tertulia_chat_hub_say (self->hub, TERTULIA_ROOM_DEFAULT,
                                /* Translators: the one who says welcome in the practice room */
                                _("Tertulia"),
                                _("Welcome! This room is on your own computer. Make the connection "
                                  "bad, write something, and see what becomes of it."),
                                error);
}

/**
 * tertulia_practice_new:
 * @settings: whose times of the built-in server count, as they are now
 *
 * Returns: (transfer full) (nullable): a server that listens, and a good link to
 *   it; otherwise @error says why: times that break a rule, or no port
 */
TertuliaPractice *
tertulia_practice_new (TertuliaSettings  *settings,
                       GError           **error)
{
  g_autoptr (TertuliaPractice) self = NULL;

  g_return_val_if_fail (TERTULIA_IS_SETTINGS (settings), NULL);

  self = g_object_new (TERTULIA_TYPE_PRACTICE, NULL);
  self->settings = g_object_ref (settings);

  return tertulia_practice_open (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * tertulia_practice_get_uri:
 *
 * Returns: where the server is
 */
const char *
tertulia_practice_get_uri (TertuliaPractice *self)
{
  g_return_val_if_fail (TERTULIA_IS_PRACTICE (self), NULL);

  return self->uri;
}

/**
 * tertulia_practice_get_link:
 *
 * Returns: (transfer none): the link that can be made bad
 */
LinkSimulator *
tertulia_practice_get_link (TertuliaPractice *self)
{
  g_return_val_if_fail (TERTULIA_IS_PRACTICE (self), NULL);

  return self->link;
}

/**
 * tertulia_practice_new_session:
 * @name: who the user is there
 * @through_link: whether the link is between them and the server
 *
 * Returns: (transfer full): a session that is not started, and keeps nothing
 */
TertuliaSession *
tertulia_practice_new_session (TertuliaPractice *self,
                               const char       *name,
                               gboolean          through_link)
{
  g_return_val_if_fail (TERTULIA_IS_PRACTICE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_object_new (TERTULIA_TYPE_SESSION,
                       "settings", self->settings,
                       "server", through_link ? self->link_uri : self->uri,
                       "name", name,
                       "data-path", TERTULIA_DATABASE_MEMORY,
                       NULL);
}
