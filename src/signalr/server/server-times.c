/* server-times.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-times-private.h"

#include "signalr-error.h"

#define MIN_DISCONNECT_TIMEOUT (6 * G_USEC_PER_SEC)
#define MIN_KEEP_ALIVE (2 * G_USEC_PER_SEC)

static gboolean
refuse (GError     **error,
        const char  *rule)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, rule);

  return FALSE;
}

/*< private >
 * signalr_server_times_set_disconnect_timeout:
 *
 * Sets keep-alive to a third of it, too.
 */
gboolean
signalr_server_times_set_disconnect_timeout (SignalrServerTimes  *self,
                                             guint                milliseconds,
                                             GError             **error)
{
  gint64 time = (gint64) milliseconds * 1000;

  if (time < MIN_DISCONNECT_TIMEOUT)
    return refuse (error, "The disconnect timeout must be at least six seconds");

  self->disconnect_timeout = time;
  self->keep_alive = time / 3;

  return TRUE;
}

gboolean
signalr_server_times_set_keep_alive (SignalrServerTimes  *self,
                                     guint                milliseconds,
                                     GError             **error)
{
  gint64 time = (gint64) milliseconds * 1000;

  if (time != 0 && time < MIN_KEEP_ALIVE)
    return refuse (error, "Keep-alive must be none, or at least two seconds");

  if (3 * time > self->disconnect_timeout)
    return refuse (error, "Keep-alive must be no more than a third of the disconnect timeout");

  self->keep_alive = time;

  return TRUE;
}

gboolean
signalr_server_times_set_positive (gint64      *time,
                                   const char  *name,
                                   guint        milliseconds,
                                   GError     **error)
{
  if (milliseconds == 0)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "The %s must be more than nothing", name);
      return FALSE;
    }

  *time = (gint64) milliseconds * 1000;

  return TRUE;
}
