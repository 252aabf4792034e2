/* signalr-call.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "call-private.h"

/**
 * SignalrCall:
 *
 * A call of a hub method, where [method@HubProxy.invoke_async] is not enough: one
 * that is answered by a stream, takes streams, reports progress, has a time
 * limit, or outlasts the loss of the connection.
 *
 * It is made, set up, and given to [method@HubProxy.call_async] once.
 *
 * Since: 1.0
 */
struct _SignalrCall {
  GObject            parent_instance;

  char              *method;
  JsonNode          *args;
  gboolean           streams;
  SignalrCallPolicy  policy;
  guint              timeout;   /* ms */
  GPtrArray         *uploads;
};

G_DEFINE_ENUM_TYPE (SignalrCallPolicy, signalr_call_policy,
                    G_DEFINE_ENUM_VALUE (SIGNALR_CALL_POLICY_FAIL, "fail"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CALL_POLICY_WAIT, "wait"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CALL_POLICY_REPEAT, "repeat"))

G_DEFINE_FINAL_TYPE (SignalrCall, signalr_call, G_TYPE_OBJECT)

typedef enum {
  PROP_METHOD = 1,
  PROP_ARGS,
  PROP_STREAMS,
  PROP_POLICY,
  PROP_TIMEOUT,
} SignalrCallProperty;

static GParamSpec *properties[PROP_TIMEOUT + 1];

enum {
  SIGNAL_ITEM,
  SIGNAL_PROGRESS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
signalr_call_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  SignalrCall *self = SIGNALR_CALL (object);

  switch ((SignalrCallProperty) property_id)
    {
    case PROP_METHOD:
      g_value_set_string (value, self->method);
      break;

    case PROP_ARGS:
      g_value_set_boxed (value, self->args);
      break;

    case PROP_STREAMS:
      g_value_set_boolean (value, self->streams);
      break;

    case PROP_POLICY:
      g_value_set_enum (value, self->policy);
      break;

    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_call_set_property (GObject      *object,
                           guint         property_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  SignalrCall *self = SIGNALR_CALL (object);

  switch ((SignalrCallProperty) property_id)
    {
    case PROP_METHOD:
      self->method = g_value_dup_string (value);
      break;

    case PROP_ARGS:
      if (g_value_get_boxed (value) != NULL)
        self->args = json_node_ref (g_value_get_boxed (value));
      break;

    case PROP_STREAMS:
      signalr_call_set_streams (self, g_value_get_boolean (value));
      break;

    case PROP_POLICY:
      signalr_call_set_policy (self, g_value_get_enum (value));
      break;

    case PROP_TIMEOUT:
      signalr_call_set_timeout (self, g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_call_constructed (GObject *object)
{
  SignalrCall *self = SIGNALR_CALL (object);

  G_OBJECT_CLASS (signalr_call_parent_class)->constructed (object);

  if (self->args == NULL)
    {
      self->args = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (self->args, json_array_new ());
    }
}

static void
signalr_call_finalize (GObject *object)
{
  SignalrCall *self = SIGNALR_CALL (object);

  g_free (self->method);
  json_node_unref (self->args);
  g_ptr_array_unref (self->uploads);

  G_OBJECT_CLASS (signalr_call_parent_class)->finalize (object);
}

static void
signalr_call_class_init (SignalrCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = signalr_call_constructed;
  object_class->finalize = signalr_call_finalize;
  object_class->get_property = signalr_call_get_property;
  object_class->set_property = signalr_call_set_property;

  /**
   * SignalrCall:method: (getter get_method)
   *
   * The name of the method.
   *
   * Since: 1.0
   */
  properties[PROP_METHOD] =
    g_param_spec_string ("method", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE |
                         G_PARAM_CONSTRUCT_ONLY |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrCall:args: (getter get_args)
   *
   * The arguments, an array.
   *
   * Since: 1.0
   */
  properties[PROP_ARGS] =
    g_param_spec_boxed ("args", NULL, NULL,
                        JSON_TYPE_NODE,
                        G_PARAM_READWRITE |
                        G_PARAM_CONSTRUCT_ONLY |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrCall:streams: (getter get_streams) (setter set_streams)
   *
   * Whether the method answers by a stream (ASP.NET Core only).
   *
   * Since: 1.0
   */
  properties[PROP_STREAMS] =
    g_param_spec_boolean ("streams", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE |
                          G_PARAM_EXPLICIT_NOTIFY |
                          G_PARAM_STATIC_STRINGS);

  /**
   * SignalrCall:policy: (getter get_policy) (setter set_policy)
   *
   * What becomes of the call where there is no connection.
   *
   * Since: 1.0
   */
  properties[PROP_POLICY] =
    g_param_spec_enum ("policy", NULL, NULL,
                       SIGNALR_TYPE_CALL_POLICY, SIGNALR_CALL_POLICY_FAIL,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrCall:timeout: (getter get_timeout) (setter set_timeout)
   *
   * How many milliseconds the answer may take, waiting for a connection
   * included; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT] =
    g_param_spec_uint ("timeout", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * SignalrCall::item:
   * @self: the call
   * @item: what came
   *
   * The next item of an answer that is a stream.
   *
   * Since: 1.0
   */
  signals[SIGNAL_ITEM] =
    g_signal_new ("item", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, JSON_TYPE_NODE);

  /**
   * SignalrCall::progress:
   * @self: the call
   * @value: what the method reports
   *
   * The method is under way, and reports how far it has come (classic only).
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] =
    g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, JSON_TYPE_NODE);
}

static void
signalr_call_init (SignalrCall *self)
{
  self->uploads = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * signalr_call_new:
 * @method: the name of a method
 * @args: (nullable) (transfer none): an array of arguments; %NULL is none
 *
 * A call of a method that is not made yet. Set up what it wants, then give it to
 * [method@HubProxy.call_async].
 *
 * Returns: (transfer full): a call that is not made yet
 *
 * Since: 1.0
 */
SignalrCall *
signalr_call_new (const char *method,
                  JsonNode   *args)
{
  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (args == NULL || JSON_NODE_HOLDS_ARRAY (args), NULL);

  return g_object_new (SIGNALR_TYPE_CALL, "method", method, "args", args, NULL);
}

/**
 * signalr_call_get_method: (get-property method)
 *
 * Gets the method that is called.
 *
 * Returns: the name of the method
 *
 * Since: 1.0
 */
const char *
signalr_call_get_method (SignalrCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALL (self), NULL);

  return self->method;
}

/**
 * signalr_call_get_args: (get-property args)
 *
 * Gets what the method is given, without its streams.
 *
 * Returns: (transfer none): the arguments, an array
 *
 * Since: 1.0
 */
JsonNode *
signalr_call_get_args (SignalrCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALL (self), NULL);

  return self->args;
}

/**
 * signalr_call_get_streams: (get-property streams)
 *
 * Gets whether the answer is a stream, whose items come by
 * [signal@Call::item].
 *
 * Returns: whether the method answers by a stream
 *
 * Since: 1.0
 */
gboolean
signalr_call_get_streams (SignalrCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALL (self), FALSE);

  return self->streams;
}

/**
 * signalr_call_set_streams: (set-property streams)
 * @streams: whether the method answers by a stream (ASP.NET Core only)
 *
 * Says that the method answers by a stream. To be set before the call is made.
 *
 * Since: 1.0
 */
void
signalr_call_set_streams (SignalrCall *self,
                          gboolean     streams)
{
  g_return_if_fail (SIGNALR_IS_CALL (self));

  streams = !!streams;
  if (self->streams == streams)
    return;

  self->streams = streams;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAMS]);
}

/**
 * signalr_call_get_policy: (get-property policy)
 *
 * Gets what becomes of the call while there is no connection, or when it is lost.
 *
 * Returns: what becomes of the call where there is no connection
 *
 * Since: 1.0
 */
SignalrCallPolicy
signalr_call_get_policy (SignalrCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALL (self), SIGNALR_CALL_POLICY_FAIL);

  return self->policy;
}

/**
 * signalr_call_set_policy: (set-property policy)
 * @policy: what becomes of the call where there is no connection
 *
 * Chooses what becomes of the call while there is no connection, or when it is
 * lost. To be set before the call is made.
 *
 * Since: 1.0
 */
void
signalr_call_set_policy (SignalrCall       *self,
                         SignalrCallPolicy  policy)
{
  g_return_if_fail (SIGNALR_IS_CALL (self));

  if (self->policy == policy)
    return;

  self->policy = policy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLICY]);
}

/**
 * signalr_call_get_timeout: (get-property timeout)
 *
 * Gets the time limit of the call.
 *
 * Returns: how many milliseconds the answer may take; 0 is no limit
 *
 * Since: 1.0
 */
guint
signalr_call_get_timeout (SignalrCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALL (self), 0);

  return self->timeout;
}

/**
 * signalr_call_set_timeout: (set-property timeout)
 * @milliseconds: how long the answer may take; 0 is no limit
 *
 * Limits the time that passes from making the call to its answer, waiting for a
 * connection included. To be set before the call is made.
 *
 * Since: 1.0
 */
void
signalr_call_set_timeout (SignalrCall *self,
                          guint        milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CALL (self));

  if (self->timeout == milliseconds)
    return;

  self->timeout = milliseconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT]);
}

/**
 * signalr_call_add_upload:
 * @upload: a stream that the method takes
 *
 * Gives the method a stream (ASP.NET Core only), in the order of its parameters
 * that are streams, which do not count among the arguments. A call with streams
 * is never repeated.
 *
 * Since: 1.0
 */
void
signalr_call_add_upload (SignalrCall   *self,
                         SignalrUpload *upload)
{
  g_return_if_fail (SIGNALR_IS_CALL (self));
  g_return_if_fail (SIGNALR_IS_UPLOAD (upload));

  g_ptr_array_add (self->uploads, g_object_ref (upload));
}

GPtrArray *
signalr_call_get_uploads (SignalrCall *self)
{
  return self->uploads;
}

void
signalr_call_take_item (SignalrCall *self,
                        JsonNode    *item)
{
  g_signal_emit (self, signals[SIGNAL_ITEM], 0, item);
}

void
signalr_call_take_progress (SignalrCall *self,
                            JsonNode    *value)
{
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, value);
}
