/* tertulia-status-text.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-status-text.h"

#include <glib/gi18n.h>

/**
 * tertulia_status_text_title:
 * @seconds: of a kind that counts: without an answer, or until the next try
 *
 * Returns: (transfer full): what the banner says, without the reason; empty
 *   where it says nothing
 */
char *
tertulia_status_text_title (TertuliaStatusKind kind,
                            guint              seconds)
{
  switch (kind)
    {
    case TERTULIA_STATUS_NOTHING:
      return g_strdup ("");

    case TERTULIA_STATUS_RECONNECTED:
      return g_strdup (_("Reconnected"));

    case TERTULIA_STATUS_SLOW:
      return g_strdup_printf (ngettext ("The server has not answered for %u second",
                                        "The server has not answered for %u seconds",
                                        seconds), seconds);

    case TERTULIA_STATUS_CONNECTING:
      return g_strdup (_("Connecting…"));

    case TERTULIA_STATUS_RECONNECTING:
      return g_strdup (_("Reconnecting…"));

    case TERTULIA_STATUS_WAITING:
      return g_strdup_printf (ngettext ("Connection lost. Trying again in %u second",
                                        "Connection lost. Trying again in %u seconds",
                                        seconds), seconds);

    case TERTULIA_STATUS_OFFLINE:
      return g_strdup (_("Offline. Messages are sent when the connection returns"));

    case TERTULIA_STATUS_PORTAL:
      return g_strdup (_("This network requires signing in"));

    case TERTULIA_STATUS_DISCONNECTED:
      return g_strdup (_("Disconnected"));

    case TERTULIA_STATUS_REFUSED:
      return g_strdup (_("This server does not accept the connection"));

    case TERTULIA_STATUS_CERTIFICATE:
      return g_strdup (_("The server’s identity could not be verified"));

    case TERTULIA_STATUS_SIGNED_OUT:
      return g_strdup (_("Signed out by the server"));

    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

/* Each with the server's name in it, so that a wrong address is seen at once.
 * What only concerns one call is no reason for a connection.
 */
static char *
tertulia_status_text_error (SignalrError  code,
                            const char   *server)
{
  switch (code)
    {
    /* Translators: in all of these, %s is the name of a server, like chat.example.org:8080 */
    case SIGNALR_ERROR_NAME_NOT_RESOLVED:
      return g_strdup_printf (_("The server name “%s” was not found"), server);

    case SIGNALR_ERROR_REFUSED:
      return g_strdup_printf (_("Nothing accepts connections at %s"), server);

    case SIGNALR_ERROR_UNREACHABLE:
      return g_strdup_printf (_("There is no way to %s from this network"), server);

    case SIGNALR_ERROR_TIMED_OUT:
      return g_strdup_printf (_("%s did not answer in time"), server);

    case SIGNALR_ERROR_TLS:
      return g_strdup_printf (_("%s could not prove its identity"), server);

    case SIGNALR_ERROR_UNAUTHORIZED:
      return g_strdup_printf (_("%s requires signing in"), server);

    case SIGNALR_ERROR_FORBIDDEN:
      return g_strdup_printf (_("%s denies access"), server);

    case SIGNALR_ERROR_NOT_FOUND:
      return g_strdup_printf (_("%s has no chat at this address"), server);

    case SIGNALR_ERROR_NOT_SIGNALR:
      return g_strdup_printf (_("%s is not a SignalR server"), server);

    case SIGNALR_ERROR_PROTOCOL:
      return g_strdup_printf (_("%s does not follow the SignalR protocol"), server);

    case SIGNALR_ERROR_HUB:
      return g_strdup_printf (_("%s has no chat hub of the expected name"), server);

    case SIGNALR_ERROR_CLOSED_BY_SERVER:
      return g_strdup_printf (_("%s closed the connection"), server);

    case SIGNALR_ERROR_TOO_LARGE:
      return g_strdup_printf (_("%s sent a message that is too large"), server);

    case SIGNALR_ERROR_INVALID_DATA:
      return g_strdup_printf (_("%s sent data that cannot be read"), server);

    case SIGNALR_ERROR_NOT_CONNECTED:
    case SIGNALR_ERROR_QUEUE_FULL:
    case SIGNALR_ERROR_BUSY:
    case SIGNALR_ERROR_CANCELLED:
    default:
      return NULL;
    }
}

/**
 * tertulia_status_text_reason:
 * @error: (nullable): the last error of the connection
 * @server: how the server is called
 *
 * Returns: (transfer full) (nullable): one sentence that says why a connection
 *   is not there, %NULL where nothing is to be said
 */
char *
tertulia_status_text_reason (const GError            *error,
                             SignalrDisconnectReason  reason,
                             const char              *server)
{
  if (error != NULL && error->domain == SIGNALR_ERROR)
    return tertulia_status_text_error (error->code, server);

  if (error != NULL)
    return g_strdup_printf (_("The connection to %s was interrupted"), server);

  if (reason == SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER)
    return tertulia_status_text_error (SIGNALR_ERROR_CLOSED_BY_SERVER, server);

  if (reason == SIGNALR_DISCONNECT_REASON_TIMEOUT)
    return tertulia_status_text_error (SIGNALR_ERROR_TIMED_OUT, server);

  return NULL;
}

/**
 * tertulia_status_text_banner:
 *
 * Returns: (transfer full): all that the banner says: what is the case, and on
 *   a second line why, where that is known and not said by the first
 */
char *
tertulia_status_text_banner (TertuliaStatusKind       kind,
                             guint                    seconds,
                             const GError            *error,
                             SignalrDisconnectReason  reason,
                             const char              *server)
{
  g_autofree char *title = tertulia_status_text_title (kind, seconds);
  g_autofree char *why = NULL;

  if (kind == TERTULIA_STATUS_RECONNECTING ||
      kind == TERTULIA_STATUS_WAITING ||
      kind == TERTULIA_STATUS_DISCONNECTED ||
      kind == TERTULIA_STATUS_REFUSED ||
      kind == TERTULIA_STATUS_CERTIFICATE ||
      kind == TERTULIA_STATUS_SIGNED_OUT)
    why = tertulia_status_text_reason (error, reason, server);

  if (why == NULL)
    return g_steal_pointer (&title);

  return g_strconcat (title, "\n", why, NULL);
}

/**
 * tertulia_status_text_button:
 *
 * Returns: (nullable): the label of the button that helps, %NULL for none
 */
const char *
tertulia_status_text_button (TertuliaStatusButton button)
{
  switch (button)
    {
    case TERTULIA_STATUS_BUTTON_NONE:
      return NULL;

    case TERTULIA_STATUS_BUTTON_TRY_NOW:
      return _("Try Now");

    case TERTULIA_STATUS_BUTTON_RECONNECT:
      return _("Reconnect");

    case TERTULIA_STATUS_BUTTON_SIGN_IN:
      return _("Sign In…");

    case TERTULIA_STATUS_BUTTON_OPEN_PORTAL:
      return _("Open Sign-In Page");

    case TERTULIA_STATUS_BUTTON_DETAILS:
      return _("Details");

    default:
      g_return_val_if_reached (NULL);
    }
}

static const struct {
  const char *word;
  const char *icon;
} states[] = {
  [TERTULIA_STATUS_RECONNECTED]  = { NC_("connection state", "Connected"), "connection-good-symbolic" },
  [TERTULIA_STATUS_SLOW]         = { NC_("connection state", "Slow"), "connection-slow-symbolic" },
  [TERTULIA_STATUS_CONNECTING]   = { NC_("connection state", "Connecting"), "connection-reconnecting-symbolic" },
  [TERTULIA_STATUS_RECONNECTING] = { NC_("connection state", "Reconnecting"), "connection-reconnecting-symbolic" },
  [TERTULIA_STATUS_WAITING]      = { NC_("connection state", "Connection lost"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_OFFLINE]      = { NC_("connection state", "Offline"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_PORTAL]       = { NC_("connection state", "Offline"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_DISCONNECTED] = { NC_("connection state", "Disconnected"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_REFUSED]      = { NC_("connection state", "Refused"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_CERTIFICATE]  = { NC_("connection state", "Not trusted"), "connection-lost-symbolic" },
  [TERTULIA_STATUS_SIGNED_OUT]   = { NC_("connection state", "Signed out"), "connection-lost-symbolic" },
};

/* While the banner still says nothing, the connection itself tells. */
static TertuliaStatusKind
tertulia_status_text_shown (TertuliaStatusKind     kind,
                            SignalrConnectionState state)
{
  if (kind != TERTULIA_STATUS_NOTHING)
    return kind;

  switch (state)
    {
    case SIGNALR_CONNECTION_STATE_CONNECTED:
      return TERTULIA_STATUS_RECONNECTED;

    case SIGNALR_CONNECTION_STATE_RECONNECTING:
      return TERTULIA_STATUS_RECONNECTING;

    case SIGNALR_CONNECTION_STATE_DISCONNECTING:
      return TERTULIA_STATUS_DISCONNECTED;

    case SIGNALR_CONNECTION_STATE_DISCONNECTED:
    case SIGNALR_CONNECTION_STATE_CONNECTING:
    default:
      return TERTULIA_STATUS_CONNECTING;
    }
}

/**
 * tertulia_status_text_word:
 *
 * Returns: the state of the connection in one or two words
 */
const char *
tertulia_status_text_word (TertuliaStatusKind     kind,
                           SignalrConnectionState state)
{
  return g_dpgettext2 (NULL, "connection state",
                       states[tertulia_status_text_shown (kind, state)].word);
}

/**
 * tertulia_status_text_icon:
 *
 * Returns: the name of the icon for what tertulia_status_text_word() says
 */
const char *
tertulia_status_text_icon (TertuliaStatusKind     kind,
                           SignalrConnectionState state)
{
  return states[tertulia_status_text_shown (kind, state)].icon;
}
