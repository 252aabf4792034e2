/* signalr-retry-policy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "retry-policy-private.h"

typedef enum {
  POLICY_NEVER,
  POLICY_DEFAULT,
  POLICY_FOREVER,
  POLICY_CUSTOM,
} PolicyKind;

/**
 * SignalrRetryPolicy:
 *
 * Decides when a [class@Connection] that has ended is started again.
 *
 * A policy is asked after each `disconnected` that `stop` did not cause, and,
 * where [property@RetryPolicy:retry-initial] is set, after a first start that
 * failed. It has no say in how a lost transport is re-established before that.
 *
 * One policy may serve several connections.
 *
 * Since: 1.0
 */
struct _SignalrRetryPolicy {
  GObject           parent_instance;

  PolicyKind        kind;
  gboolean          retry_initial;
  SignalrRetryFunc  func;
  gpointer          user_data;
  GDestroyNotify    destroy;
};

G_DEFINE_FINAL_TYPE (SignalrRetryPolicy, signalr_retry_policy, G_TYPE_OBJECT)

typedef enum {
  PROP_RETRY_INITIAL = 1,
} SignalrRetryPolicyProperty;

static GParamSpec *properties[PROP_RETRY_INITIAL + 1];

/* In milliseconds. The first list ends; the last of the second goes on for ever. */
static const gint64 default_delays[] = { 0, 2000, 10000, 30000 };
static const gint64 forever_delays[] = { 1000, 2000, 5000, 10000, 20000, 30000 };

static void
signalr_retry_policy_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  SignalrRetryPolicy *self = SIGNALR_RETRY_POLICY (object);

  switch ((SignalrRetryPolicyProperty) property_id)
    {
    case PROP_RETRY_INITIAL:
      g_value_set_boolean (value, self->retry_initial);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_retry_policy_set_property (GObject      *object,
                                   guint         property_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  SignalrRetryPolicy *self = SIGNALR_RETRY_POLICY (object);

  switch ((SignalrRetryPolicyProperty) property_id)
    {
    case PROP_RETRY_INITIAL:
      signalr_retry_policy_set_retry_initial (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_retry_policy_finalize (GObject *object)
{
  SignalrRetryPolicy *self = SIGNALR_RETRY_POLICY (object);

  if (self->destroy != NULL)
    self->destroy (self->user_data);

  G_OBJECT_CLASS (signalr_retry_policy_parent_class)->finalize (object);
}

static void
signalr_retry_policy_class_init (SignalrRetryPolicyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = signalr_retry_policy_finalize;
  object_class->get_property = signalr_retry_policy_get_property;
  object_class->set_property = signalr_retry_policy_set_property;

  /**
   * SignalrRetryPolicy:retry-initial: (getter get_retry_initial) (setter set_retry_initial)
   *
   * Whether a first start that fails is tried again too.
   *
   * Off, a wrong address fails at once; on, a program may be started before its
   * server is.
   *
   * Since: 1.0
   */
  properties[PROP_RETRY_INITIAL] =
    g_param_spec_boolean ("retry-initial", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE |
                          G_PARAM_EXPLICIT_NOTIFY |
                          G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
signalr_retry_policy_init (SignalrRetryPolicy *self)
{
}

static SignalrRetryPolicy *
signalr_retry_policy_new (PolicyKind kind)
{
  SignalrRetryPolicy *self = g_object_new (SIGNALR_TYPE_RETRY_POLICY, NULL);

  self->kind = kind;

  return self;
}

/**
 * signalr_retry_policy_new_never:
 *
 * No start is made but those that the application makes.
 *
 * Returns: (transfer full): a policy by which `disconnected` is the end
 *
 * Since: 1.0
 */
SignalrRetryPolicy *
signalr_retry_policy_new_never (void)
{
  return signalr_retry_policy_new (POLICY_NEVER);
}

/**
 * signalr_retry_policy_new_default:
 *
 * The delays of the official ASP.NET Core clients: at once, then after 2, 10 and
 * 30 seconds, then no more.
 *
 * Returns: (transfer full): a policy of four tries
 *
 * Since: 1.0
 */
SignalrRetryPolicy *
signalr_retry_policy_new_default (void)
{
  return signalr_retry_policy_new (POLICY_DEFAULT);
}

/**
 * signalr_retry_policy_new_forever:
 *
 * After 1, 2, 5, 10, 20 and then 30 seconds for ever, each give or take a fifth,
 * so that the clients of a server that comes back do not all come at once.
 *
 * Returns: (transfer full): a policy that goes on until the connection is back,
 *   or the server's answer shows that trying again is no use
 *
 * Since: 1.0
 */
SignalrRetryPolicy *
signalr_retry_policy_new_forever (void)
{
  return signalr_retry_policy_new (POLICY_FOREVER);
}

/**
 * signalr_retry_policy_new_custom:
 * @func: (scope notified) (closure user_data) (destroy destroy): asked for each delay
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * A policy of your own. It is asked about every error, also those after which
 * the other policies give up (401, 403, 404, TLS, a server that does not speak
 * SignalR), and may ask [func@error_get_retry_after] how long the server wants to
 * be left alone.
 *
 * @func is called on the main context of the connection that asks. It must not
 * call back into that connection.
 *
 * Returns: (transfer full): a policy that does what @func says
 *
 * Since: 1.0
 */
SignalrRetryPolicy *
signalr_retry_policy_new_custom (SignalrRetryFunc func,
                                 gpointer         user_data,
                                 GDestroyNotify   destroy)
{
  SignalrRetryPolicy *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = signalr_retry_policy_new (POLICY_CUSTOM);
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;

  return self;
}

/**
 * signalr_retry_policy_get_retry_initial: (get-property retry-initial)
 *
 * Gets whether the first start may fail for good.
 *
 * Returns: whether a first start that fails is tried again too
 *
 * Since: 1.0
 */
gboolean
signalr_retry_policy_get_retry_initial (SignalrRetryPolicy *self)
{
  g_return_val_if_fail (SIGNALR_IS_RETRY_POLICY (self), FALSE);

  return self->retry_initial;
}

/**
 * signalr_retry_policy_set_retry_initial: (set-property retry-initial)
 * @retry_initial: whether a first start that fails is tried again too
 *
 * Chooses whether the first start may fail for good. The official clients never
 * try it again.
 *
 * Since: 1.0
 */
void
signalr_retry_policy_set_retry_initial (SignalrRetryPolicy *self,
                                        gboolean            retry_initial)
{
  g_return_if_fail (SIGNALR_IS_RETRY_POLICY (self));

  retry_initial = !!retry_initial;
  if (self->retry_initial == retry_initial)
    return;

  self->retry_initial = retry_initial;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_INITIAL]);
}

/*< private >
 * signalr_error_is_permanent:
 * @error: (nullable): why a try failed
 *
 * Returns: whether the next try would end the same way, unless somebody changes
 *   something
 */
gboolean
signalr_error_is_permanent (const GError *error)
{
  if (error == NULL || error->domain != SIGNALR_ERROR)
    return FALSE;

  switch ((SignalrError) error->code)
    {
    case SIGNALR_ERROR_TLS:
    case SIGNALR_ERROR_UNAUTHORIZED:
    case SIGNALR_ERROR_FORBIDDEN:
    case SIGNALR_ERROR_NOT_FOUND:
    case SIGNALR_ERROR_NOT_SIGNALR:
    case SIGNALR_ERROR_PROTOCOL:
    case SIGNALR_ERROR_INVALID_DATA:
      return TRUE;

    case SIGNALR_ERROR_NAME_NOT_RESOLVED:
    case SIGNALR_ERROR_REFUSED:
    case SIGNALR_ERROR_UNREACHABLE:
    case SIGNALR_ERROR_TIMED_OUT:
    case SIGNALR_ERROR_HUB:
    case SIGNALR_ERROR_CLOSED_BY_SERVER:
    case SIGNALR_ERROR_NOT_CONNECTED:
    case SIGNALR_ERROR_QUEUE_FULL:
    case SIGNALR_ERROR_TOO_LARGE:
    case SIGNALR_ERROR_BUSY:
    case SIGNALR_ERROR_CANCELLED:
    default:
      return FALSE;
    }
}

/*< private >
 * signalr_retry_delay_forever:
 *
 * Returns: the wait before a try in a row that does not end, in milliseconds
 */
gint64
signalr_retry_delay_forever (guint  attempt,
                             double random)
{
  gint64 delay = forever_delays[MIN (attempt, G_N_ELEMENTS (forever_delays)) - 1];

  return signalr_retry_delay_spread (delay, random);
}

/*< private >
 * signalr_retry_delay_spread:
 */
gint64
signalr_retry_delay_spread (gint64 delay,
                            double random)
{
  return (gint64) (delay * (0.8 + 0.4 * random));
}

/*< private >
 * signalr_retry_policy_ask:
 * @self: (nullable): none is the same as never
 * @attempt: which try would come next, from 1
 * @elapsed: ms since the connection was lost
 * @error: (nullable): why the last one ended
 * @random: from 0 up to 1
 *
 * Returns: how many milliseconds to wait, or %SIGNALR_RETRY_STOP
 */
gint64
signalr_retry_policy_ask (SignalrRetryPolicy *self,
                          guint               attempt,
                          gint64              elapsed,
                          const GError       *error,
                          double              random)
{
  gint64 delay, least;

  g_return_val_if_fail (attempt > 0, SIGNALR_RETRY_STOP);

  if (self == NULL || self->kind == POLICY_NEVER)
    return SIGNALR_RETRY_STOP;

  if (self->kind == POLICY_CUSTOM)
    {
      delay = self->func (attempt, elapsed, error, self->user_data);
      return delay < 0 ? SIGNALR_RETRY_STOP : delay;
    }

  if (signalr_error_is_permanent (error))
    return SIGNALR_RETRY_STOP;

  if (self->kind == POLICY_DEFAULT && attempt > G_N_ELEMENTS (default_delays))
    return SIGNALR_RETRY_STOP;

  least = error != NULL ? signalr_error_get_retry_after (error) : 0;
  delay = self->kind == POLICY_DEFAULT ? default_delays[attempt - 1]
                                       : signalr_retry_delay_forever (attempt, random);

  return MAX (delay, least);
}
