/* redis-address.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-address-private.h"

#include <string.h>

#include "signalr-error.h"

#define DEFAULT_PORT 6379
#define DEFAULT_EVENT_KEY "signalr"

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "That is no address of Redis: %s", why);

  return FALSE;
}

static gboolean
parse_database (SignalrRedisAddress  *self,
                const char           *path,
                GError              **error)
{
  guint64 database = 0;

  if (path[0] != '\0' && path[1] != '\0' &&
      !g_ascii_string_to_unsigned (path + 1, 10, 0, G_MAXINT32, &database, NULL))
    return refuse (error, "behind the slash stands the number of a database");

  self->database = database;

  return TRUE;
}

static gboolean
read_authorities (SignalrRedisAddress  *self,
                  const char           *path,
                  GError              **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) failure = NULL;

  g_clear_object (&self->authorities);
  self->authorities = g_tls_file_database_new (absolute, &failure);

  return self->authorities != NULL || refuse (error, failure->message);
}

static gboolean
parse_parameter (SignalrRedisAddress  *self,
                 const char           *name,
                 const char           *value,
                 GError              **error)
{
  char **place;

  if (g_str_equal (name, "tlsCa"))
    return read_authorities (self, value, error);

  if (g_str_equal (name, "channelPrefix"))
    place = &self->channel_prefix;
  else if (g_str_equal (name, "eventKey"))
    place = &self->event_key;
  else if (g_str_equal (name, "hubNamespace"))
    place = &self->hub_namespace;
  else
    return refuse (error, "what follows “?” may be channelPrefix, eventKey, hubNamespace and tlsCa");

  /* An older peer would take it for a pattern. */
  if (value[0] == '\0' || strchr (value, '*') != NULL)
    return refuse (error, "a parameter is empty, or has an asterisk in it");

  g_free (*place);
  *place = g_strdup (value);

  return TRUE;
}

static gboolean
parse_query (SignalrRedisAddress  *self,
             const char           *query,
             GError              **error)
{
  GUriParamsIter iter;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  GError *failure = NULL;

  if (query == NULL)
    return TRUE;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, &failure))
    {
      if (!parse_parameter (self, name, value, error))
        return FALSE;

      g_clear_pointer (&name, g_free);
      g_clear_pointer (&value, g_free);
    }

  if (failure == NULL)
    return TRUE;

  g_error_free (failure);

  return refuse (error, "what follows “?” cannot be read");
}

static gboolean
parse_uri (SignalrRedisAddress  *self,
           GUri                 *uri,
           GError              **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *user = g_uri_get_user (uri);
  const char *password = g_uri_get_password (uri);
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);

  self->tls = g_ascii_strcasecmp (scheme, "rediss") == 0;
  if (!self->tls && g_ascii_strcasecmp (scheme, "redis") != 0)
    return refuse (error, "it begins with redis:// or rediss://");
  if (host == NULL || host[0] == '\0')
    return refuse (error, "it names no host");
  if (port == 0)
    return refuse (error, "the port is 1 to 65535");
  if (user != NULL && user[0] != '\0' && password == NULL)
    return refuse (error, "a user has a password");

  self->host = g_strdup (host);
  self->port = port > 0 ? port : DEFAULT_PORT;
  self->password = g_strdup (password);
  if (user != NULL && user[0] != '\0')
    self->user = g_strdup (user);
  self->name = g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
                                self->tls ? "rediss" : "redis", host, self->port);

  return parse_database (self, g_uri_get_path (uri), error) &&
         parse_query (self, g_uri_get_query (uri), error);
}

SignalrRedisAddress *
signalr_redis_address_parse (const char  *text,
                             GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_QUERY, NULL);
  g_autoptr (SignalrRedisAddress) self = g_rc_box_new0 (SignalrRedisAddress);

  self->channel_prefix = g_strdup ("");
  self->event_key = g_strdup (DEFAULT_EVENT_KEY);
  if (uri == NULL)
    {
      refuse (error, "it is no URI");
      return NULL;
    }

  return parse_uri (self, uri, error) ? g_steal_pointer (&self) : NULL;
}

SignalrRedisAddress *
signalr_redis_address_ref (SignalrRedisAddress *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_redis_address_clear (gpointer data)
{
  SignalrRedisAddress *self = data;

  g_clear_object (&self->authorities);
  g_free (self->host);
  g_free (self->user);
  g_free (self->password);
  g_free (self->name);
  g_free (self->channel_prefix);
  g_free (self->event_key);
  g_free (self->hub_namespace);
}

void
signalr_redis_address_unref (SignalrRedisAddress *self)
{
  g_rc_box_release_full (self, signalr_redis_address_clear);
}
