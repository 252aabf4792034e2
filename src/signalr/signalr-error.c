/* signalr-error.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-error-private.h"

#include <libsoup/soup.h>

typedef struct {
  GError          *cause;
  guint            status;
  gint64           retry_after;   /* ms */
  SignalrDelivery  delivery;
  JsonNode        *data;
} SignalrErrorPrivate;

static void
signalr_error_private_init (SignalrErrorPrivate *priv)
{
}

static void
signalr_error_private_copy (const SignalrErrorPrivate *source,
                            SignalrErrorPrivate       *copy)
{
  copy->cause = source->cause != NULL ? g_error_copy (source->cause) : NULL;
  copy->status = source->status;
  copy->retry_after = source->retry_after;
  copy->delivery = source->delivery;
  copy->data = source->data != NULL ? json_node_ref (source->data) : NULL;
}

static void
signalr_error_private_clear (SignalrErrorPrivate *priv)
{
  g_clear_error (&priv->cause);
  g_clear_pointer (&priv->data, json_node_unref);
}

/**
 * signalr_error_quark:
 *
 * Names the domain of the library's errors, which programs write %SIGNALR_ERROR.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_EXTENDED_ERROR (SignalrError, signalr_error)

G_DEFINE_ENUM_TYPE (SignalrError, signalr_error,
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_NAME_NOT_RESOLVED, "name-not-resolved"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_UNREACHABLE, "unreachable"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_TIMED_OUT, "timed-out"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_TLS, "tls"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_UNAUTHORIZED, "unauthorized"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_FORBIDDEN, "forbidden"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_NOT_FOUND, "not-found"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_NOT_SIGNALR, "not-signalr"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_PROTOCOL, "protocol"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_HUB, "hub"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_CLOSED_BY_SERVER, "closed-by-server"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_NOT_CONNECTED, "not-connected"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_QUEUE_FULL, "queue-full"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_TOO_LARGE, "too-large"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_INVALID_DATA, "invalid-data"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ERROR_CANCELLED, "cancelled"))

/**
 * signalr_error_get_code_name:
 * @error: an error
 *
 * Gets the name of the code of @error as programs print it: that of the
 * constant without what all constants begin with, `NOT_FOUND` for example.
 *
 * Returns: (nullable): the name, or %NULL where @error is not of
 *   %SIGNALR_ERROR
 *
 * Since: 1.0
 */
const char *
signalr_error_get_code_name (const GError *error)
{
  g_autoptr (GEnumClass) klass = NULL;
  GEnumValue *value;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != SIGNALR_ERROR)
    return NULL;

  klass = g_type_class_ref (SIGNALR_TYPE_ERROR);
  value = g_enum_get_value (klass, error->code);

  return value != NULL ? value->value_name + strlen ("SIGNALR_ERROR_") : NULL;
}

/**
 * signalr_error_get_cause:
 * @error: an error
 *
 * Gets the error of GIO, TLS or libsoup that @error was made from.
 *
 * Returns: (transfer none) (nullable): the cause, or %NULL where there is none
 *   or @error is not of %SIGNALR_ERROR
 *
 * Since: 1.0
 */
const GError *
signalr_error_get_cause (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == SIGNALR_ERROR ? signalr_error_get_private (error)->cause : NULL;
}

/**
 * signalr_error_get_status:
 * @error: an error
 *
 * Gets the HTTP status of the answer that @error was made from.
 *
 * Returns: the status, or 0 where there was no answer or @error is not of
 *   %SIGNALR_ERROR
 *
 * Since: 1.0
 */
guint
signalr_error_get_status (const GError *error)
{
  g_return_val_if_fail (error != NULL, 0);

  return error->domain == SIGNALR_ERROR ? signalr_error_get_private (error)->status : 0;
}

/**
 * signalr_error_get_retry_after:
 * @error: an error
 *
 * Gets for how long the server that was asked does not want to be asked again:
 * the `Retry-After` of its answer. The policies of the library wait for it; an
 * hour is the most that is believed.
 *
 * Returns: milliseconds, or 0 where it did not say or @error is not of
 *   %SIGNALR_ERROR
 *
 * Since: 1.0
 */
gint64
signalr_error_get_retry_after (const GError *error)
{
  g_return_val_if_fail (error != NULL, 0);

  return error->domain == SIGNALR_ERROR ? signalr_error_get_private (error)->retry_after : 0;
}

/**
 * signalr_error_get_delivery:
 * @error: the error of a call
 *
 * Gets how far the call came that failed with @error: whether it is safe to
 * repeat it.
 *
 * Returns: how far it came; %SIGNALR_DELIVERY_NOT_SENT where @error does not
 *   say, and %SIGNALR_DELIVERY_UNKNOWN where it is not of %SIGNALR_ERROR
 *
 * Since: 1.0
 */
SignalrDelivery
signalr_error_get_delivery (const GError *error)
{
  g_return_val_if_fail (error != NULL, SIGNALR_DELIVERY_UNKNOWN);

  return error->domain == SIGNALR_ERROR ? signalr_error_get_private (error)->delivery
                                        : SIGNALR_DELIVERY_UNKNOWN;
}

/**
 * signalr_error_get_data:
 * @error: the error of a call
 *
 * Gets what the hub method sent along with its error: the data of a
 * HubException (classic only).
 *
 * Returns: (transfer none) (nullable): the data, or %NULL where there is none
 *   or @error is not of %SIGNALR_ERROR
 *
 * Since: 1.0
 */
JsonNode *
signalr_error_get_data (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == SIGNALR_ERROR ? signalr_error_get_private (error)->data : NULL;
}

static SignalrErrorPrivate *
signalr_error_writable (GError *error)
{
  return (SignalrErrorPrivate *) signalr_error_get_private (error);
}

void
signalr_error_set_cause (GError *error,
                         GError *cause)
{
  SignalrErrorPrivate *priv = signalr_error_writable (error);

  g_clear_error (&priv->cause);
  priv->cause = cause;
}

void
signalr_error_set_status (GError *error,
                          guint   status)
{
  signalr_error_writable (error)->status = status;
}

void
signalr_error_set_retry_after (GError *error,
                               gint64  milliseconds)
{
  signalr_error_writable (error)->retry_after = milliseconds;
}

void
signalr_error_set_delivery (GError          *error,
                            SignalrDelivery  delivery)
{
  signalr_error_writable (error)->delivery = delivery;
}

void
signalr_error_set_data (GError   *error,
                        JsonNode *data)
{
  SignalrErrorPrivate *priv = signalr_error_writable (error);

  g_clear_pointer (&priv->data, json_node_unref);
  priv->data = data;
}

/* What each code says about an address where it comes from below. */
static const char *
signalr_error_sentence (SignalrError code)
{
  switch (code)
    {
    case SIGNALR_ERROR_NAME_NOT_RESOLVED:
      return "The name of %s could not be resolved";

    case SIGNALR_ERROR_REFUSED:
      return "Nothing answers at %s: the connection was refused";

    case SIGNALR_ERROR_UNREACHABLE:
      return "%s cannot be reached";

    case SIGNALR_ERROR_TIMED_OUT:
      return "%s did not answer in time";

    case SIGNALR_ERROR_TLS:
      return "The identity of %s could not be verified";

    case SIGNALR_ERROR_UNAUTHORIZED:
      return "%s cannot be asked: it, or the proxy on the way, wants to know who asks";

    case SIGNALR_ERROR_FORBIDDEN:
      return "%s refuses this client";

    case SIGNALR_ERROR_NOT_SIGNALR:
      return "The answer of %s is not SignalR’s";

    case SIGNALR_ERROR_PROTOCOL:
      return "%s broke the protocol";

    case SIGNALR_ERROR_CLOSED_BY_SERVER:
      return "The connection to %s was closed";

    case SIGNALR_ERROR_NOT_CONNECTED:
      return "There is no connection to %s";

    case SIGNALR_ERROR_TOO_LARGE:
      return "A message of %s is too large";

    case SIGNALR_ERROR_INVALID_DATA:
      return "%s is not a valid address, or sent what makes no sense";

    case SIGNALR_ERROR_BUSY:
      return "The same is under way already with %s";

    case SIGNALR_ERROR_NOT_FOUND:
    case SIGNALR_ERROR_HUB:
    case SIGNALR_ERROR_QUEUE_FULL:
    case SIGNALR_ERROR_CANCELLED:
    default:
      g_return_val_if_reached ("%s failed");
    }
}

static SignalrError
code_from_io (int code)
{
  switch (code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return SIGNALR_ERROR_REFUSED;

    case G_IO_ERROR_HOST_NOT_FOUND:
      return SIGNALR_ERROR_NAME_NOT_RESOLVED;

    case G_IO_ERROR_TIMED_OUT:
      return SIGNALR_ERROR_TIMED_OUT;

    /* ECONNRESET is CONNECTION_CLOSED too; the other end or something on the
     * way ended what was there, which is not the same as no way to it.
     */
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_CLOSED:
      return SIGNALR_ERROR_CLOSED_BY_SERVER;

    case G_IO_ERROR_NOT_CONNECTED:
      return SIGNALR_ERROR_NOT_CONNECTED;

    case G_IO_ERROR_MESSAGE_TOO_LARGE:
      return SIGNALR_ERROR_TOO_LARGE;

    case G_IO_ERROR_INVALID_ARGUMENT:
    case G_IO_ERROR_INVALID_DATA:
      return SIGNALR_ERROR_INVALID_DATA;

    case G_IO_ERROR_PENDING:
    case G_IO_ERROR_BUSY:
      return SIGNALR_ERROR_BUSY;

    default:
      return SIGNALR_ERROR_UNREACHABLE;
    }
}

/* libsoup puts the close codes of RFC 6455 into the same domain. */
/* No redirection is followed: what is asked again and again is who asks. */
static SignalrError
code_from_session (int code)
{
  switch ((SoupSessionError) code)
    {
    case SOUP_SESSION_ERROR_MESSAGE_ALREADY_IN_QUEUE:
      return SIGNALR_ERROR_BUSY;

    case SOUP_SESSION_ERROR_TOO_MANY_RESTARTS:
      return SIGNALR_ERROR_UNAUTHORIZED;

    default:
      return SIGNALR_ERROR_NOT_SIGNALR;
    }
}

static SignalrError
code_from_websocket (int code)
{
  switch (code)
    {
    case SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET:
      return SIGNALR_ERROR_NOT_SIGNALR;

    case SOUP_WEBSOCKET_ERROR_BAD_ORIGIN:
      return SIGNALR_ERROR_FORBIDDEN;

    case SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE:
    case SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR:
    case SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA:
    case SOUP_WEBSOCKET_CLOSE_BAD_DATA:
      return SIGNALR_ERROR_PROTOCOL;

    case SOUP_WEBSOCKET_CLOSE_TOO_BIG:
      return SIGNALR_ERROR_TOO_LARGE;

    default:
      return SIGNALR_ERROR_CLOSED_BY_SERVER;
    }
}

static SignalrError
code_from (const GError *cause)
{
  if (cause->domain == G_IO_ERROR)
    return code_from_io (cause->code);
  if (cause->domain == G_RESOLVER_ERROR)
    return SIGNALR_ERROR_NAME_NOT_RESOLVED;
  if (cause->domain == G_TLS_ERROR)
    return cause->code == G_TLS_ERROR_EOF ? SIGNALR_ERROR_CLOSED_BY_SERVER : SIGNALR_ERROR_TLS;
  if (cause->domain == SOUP_SESSION_ERROR)
    return code_from_session (cause->code);
  if (cause->domain == SOUP_WEBSOCKET_ERROR)
    return code_from_websocket (cause->code);
  if (cause->domain == G_URI_ERROR)
    return SIGNALR_ERROR_INVALID_DATA;

  return SIGNALR_ERROR_UNREACHABLE;
}

/*< private >
 * signalr_error_new_from:
 * @cause: (transfer full): what went wrong below
 * @what: what it went wrong with, an address for example
 *
 * Returns: (transfer full): an error of %SIGNALR_ERROR that has @cause as its
 *   cause; or @cause itself where it is of that domain, or a cancellation
 */
GError *
signalr_error_new_from (GError     *cause,
                        const char *what)
{
  SignalrError code;
  g_autoptr (GString) text = NULL;
  GError *error;

  g_return_val_if_fail (cause != NULL, NULL);
  g_return_val_if_fail (what != NULL, cause);

  if (cause->domain == SIGNALR_ERROR ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return cause;

  code = code_from (cause);
  text = g_string_new (signalr_error_sentence (code));
  g_string_replace (text, "%s", what, 1);
  g_string_append_printf (text, " (%s)", cause->message);

  error = g_error_new_literal (SIGNALR_ERROR, code, text->str);
  signalr_error_set_cause (error, cause);

  return error;
}
