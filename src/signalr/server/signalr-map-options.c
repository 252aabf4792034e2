/* signalr-map-options.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-map-options-private.h"

/**
 * SignalrMapOptions:
 *
 * What holds for the hubs at one address of a server.
 *
 * A server copies nothing: what is set after a mapping has been made with it
 * counts for requests made from then on.
 *
 * Since: 1.0
 */
struct _SignalrMapOptions {
  GObject   parent_instance;

  gboolean  detailed_errors;
  gboolean  jsonp;
  gboolean  stateful_reconnect;
  guint     stateful_buffer_size;   /* bytes */
  GStrv     transports;
  guint     max_message_size;       /* bytes */
  gboolean  keep_requests;
  gboolean  allow_user_change;
  int       min_negotiate_version;
  guint     max_protocol_version;
};

G_DEFINE_FINAL_TYPE (SignalrMapOptions, signalr_map_options, G_TYPE_OBJECT)

typedef enum {
  PROP_DETAILED_ERRORS = 1,
  PROP_JSONP,
  PROP_STATEFUL_RECONNECT,
  PROP_STATEFUL_BUFFER_SIZE,
  PROP_TRANSPORTS,
  PROP_MAX_MESSAGE_SIZE,
  PROP_KEEP_REQUESTS,
  PROP_ALLOW_USER_CHANGE,
  PROP_MIN_NEGOTIATE_VERSION,
  PROP_MAX_PROTOCOL_VERSION,
} SignalrMapOptionsProperty;

static GParamSpec *properties[PROP_MAX_PROTOCOL_VERSION + 1];

static void
signalr_map_options_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  SignalrMapOptions *self = SIGNALR_MAP_OPTIONS (object);

  switch ((SignalrMapOptionsProperty) property_id)
    {
    case PROP_DETAILED_ERRORS:
      g_value_set_boolean (value, self->detailed_errors);
      break;

    case PROP_JSONP:
      g_value_set_boolean (value, self->jsonp);
      break;

    case PROP_STATEFUL_RECONNECT:
      g_value_set_boolean (value, self->stateful_reconnect);
      break;

    case PROP_STATEFUL_BUFFER_SIZE:
      g_value_set_uint (value, self->stateful_buffer_size);
      break;

    case PROP_TRANSPORTS:
      g_value_set_boxed (value, self->transports);
      break;

    case PROP_MAX_MESSAGE_SIZE:
      g_value_set_uint (value, self->max_message_size);
      break;

    case PROP_KEEP_REQUESTS:
      g_value_set_boolean (value, self->keep_requests);
      break;

    case PROP_MIN_NEGOTIATE_VERSION:
      g_value_set_int (value, self->min_negotiate_version);
      break;

    case PROP_MAX_PROTOCOL_VERSION:
      g_value_set_uint (value, self->max_protocol_version);
      break;

    case PROP_ALLOW_USER_CHANGE:
      g_value_set_boolean (value, self->allow_user_change);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_map_options_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  SignalrMapOptions *self = SIGNALR_MAP_OPTIONS (object);

  switch ((SignalrMapOptionsProperty) property_id)
    {
    case PROP_DETAILED_ERRORS:
      self->detailed_errors = g_value_get_boolean (value);
      break;

    case PROP_JSONP:
      self->jsonp = g_value_get_boolean (value);
      break;

    case PROP_STATEFUL_RECONNECT:
      self->stateful_reconnect = g_value_get_boolean (value);
      break;

    case PROP_STATEFUL_BUFFER_SIZE:
      self->stateful_buffer_size = g_value_get_uint (value);
      break;

    case PROP_TRANSPORTS:
      g_strfreev (self->transports);
      self->transports = g_value_dup_boxed (value);
      break;

    case PROP_MAX_MESSAGE_SIZE:
      self->max_message_size = g_value_get_uint (value);
      break;

    case PROP_KEEP_REQUESTS:
      self->keep_requests = g_value_get_boolean (value);
      break;

    case PROP_MIN_NEGOTIATE_VERSION:
      self->min_negotiate_version = g_value_get_int (value);
      break;

    case PROP_MAX_PROTOCOL_VERSION:
      self->max_protocol_version = g_value_get_uint (value);
      break;

    case PROP_ALLOW_USER_CHANGE:
      self->allow_user_change = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_map_options_finalize (GObject *object)
{
  SignalrMapOptions *self = SIGNALR_MAP_OPTIONS (object);

  g_strfreev (self->transports);

  G_OBJECT_CLASS (signalr_map_options_parent_class)->finalize (object);
}

static void
signalr_map_options_class_init (SignalrMapOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = signalr_map_options_get_property;
  object_class->set_property = signalr_map_options_set_property;
  object_class->finalize = signalr_map_options_finalize;

  /**
   * SignalrMapOptions:detailed-errors:
   *
   * Whether clients are told the text of every error, or only of those a
   * method answered with on purpose.
   *
   * Since: 1.0
   */
  properties[PROP_DETAILED_ERRORS] =
    g_param_spec_boolean ("detailed-errors", NULL, NULL, FALSE, flags);

  /**
   * SignalrMapOptions:jsonp:
   *
   * Whether classic requests with a `callback` are answered with a script.
   *
   * Since: 1.0
   */
  properties[PROP_JSONP] =
    g_param_spec_boolean ("jsonp", NULL, NULL, FALSE, flags);

  /**
   * SignalrMapOptions:stateful-reconnect:
   *
   * Whether ASP.NET Core clients may resume a connection whose WebSocket broke:
   * within 15 seconds, with the same connection id, and without losing anything.
   *
   * Since: 1.0
   */
  properties[PROP_STATEFUL_RECONNECT] =
    g_param_spec_boolean ("stateful-reconnect", NULL, NULL, FALSE, flags);

  /**
   * SignalrMapOptions:stateful-buffer-size:
   *
   * How many bytes may be on their way to a client that can resume: sent, and not
   * acknowledged. What is more than that waits, up to what may wait for any client.
   *
   * Since: 1.0
   */
  properties[PROP_STATEFUL_BUFFER_SIZE] =
    g_param_spec_uint ("stateful-buffer-size", NULL, NULL, 1, G_MAXINT32, 100000, flags);

  /**
   * SignalrMapOptions:transports:
   *
   * The names of the transports that clients may use, or %NULL for all.
   *
   * Since: 1.0
   */
  properties[PROP_TRANSPORTS] =
    g_param_spec_boxed ("transports", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SignalrMapOptions:max-message-size:
   *
   * The largest message that a client may send, in bytes.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_MESSAGE_SIZE] =
    g_param_spec_uint ("max-message-size", NULL, NULL, 1, G_MAXINT32, 65536, flags);

  /**
   * SignalrMapOptions:keep-requests:
   *
   * Whether a #SignalrCaller knows the path, headers and addresses of its client's
   * request. It costs a kilobyte or two for each connection.
   *
   * Since: 1.0
   */
  properties[PROP_KEEP_REQUESTS] =
    g_param_spec_boolean ("keep-requests", NULL, NULL, FALSE, flags);

  /**
   * SignalrMapOptions:allow-user-change:
   *
   * Whether requests of another user may go on with a connection of ASP.NET Core, as
   * official servers let them. The connection stays its first user's. By default they
   * are answered 403, like those of classic connections always.
   *
   * Since: 1.0
   */
  properties[PROP_ALLOW_USER_CHANGE] =
    g_param_spec_boolean ("allow-user-change", NULL, NULL, FALSE, flags);

  /**
   * SignalrMapOptions:min-negotiate-version:
   *
   * The lowest version of ASP.NET Core SignalR's negotiation that clients may ask
   * for; those that ask for less are told that the server does not support it.
   *
   * Since: 1.0
   */
  properties[PROP_MIN_NEGOTIATE_VERSION] =
    g_param_spec_int ("min-negotiate-version", NULL, NULL, -1, G_MAXINT, 0, flags);

  /**
   * SignalrMapOptions:max-protocol-version:
   *
   * The highest version of ASP.NET Core SignalR's hub protocol that clients may
   * ask for. Above 2 the program itself sees to what is new, see
   * #SignalrHubClass.record ().
   *
   * Since: 1.0
   */
  properties[PROP_MAX_PROTOCOL_VERSION] =
    g_param_spec_uint ("max-protocol-version", NULL, NULL, 0, G_MAXINT, 2, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
signalr_map_options_init (SignalrMapOptions *self)
{
  self->max_message_size = 65536;
  self->max_protocol_version = 2;
  self->stateful_buffer_size = 100000;
}

/**
 * signalr_map_options_new:
 *
 * Makes options to be changed by their properties, and given to mappings: one object
 * can be for several.
 *
 * Returns: (transfer full): options with their defaults
 *
 * Since: 1.0
 */
SignalrMapOptions *
signalr_map_options_new (void)
{
  return g_object_new (SIGNALR_TYPE_MAP_OPTIONS, NULL);
}

/*< private >
 * signalr_map_options_get_transports:
 *
 * Returns: those that clients may use, as bits (`1 << SignalrTransport`)
 */
guint
signalr_map_options_get_transports (SignalrMapOptions *self)
{
  guint transports = 0;

  if (self->transports == NULL)
    return ~0u;

  for (gsize i = 0; self->transports[i] != NULL; i++)
    transports |= 1 << signalr_transport_from_string (self->transports[i]);

  return transports;
}
