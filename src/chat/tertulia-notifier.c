/* tertulia-notifier.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-notifier.h"

#include "tertulia-wake-private.h"

/**
 * TertuliaNotifier:
 *
 * Says when the desktop is to be told that the connection is lost, to somebody
 * who does not see the window: once for each outage, when it has lasted
 * `notify-after` without the window in front, and never where it is over before.
 */
struct _TertuliaNotifier {
  GObject           parent_instance;

  TertuliaSettings *settings;
  TertuliaStatus   *status;
  gboolean          window_active;
  gint64            inactive_since;   /* µs, monotonic */
  gint64            outage;           /* the lost-at of the one under way, or 0 */
  gboolean          told;
  GSource          *wake;
};

G_DEFINE_FINAL_TYPE (TertuliaNotifier, tertulia_notifier, G_TYPE_OBJECT)

typedef enum {
  PROP_WINDOW_ACTIVE = 1,
} TertuliaNotifierProperty;

static GParamSpec *properties[PROP_WINDOW_ACTIVE + 1];

enum {
  SIGNAL_LOST,
  SIGNAL_WITHDRAWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_notifier_withdraw (TertuliaNotifier *self)
{
  if (!self->told)
    return;

  self->told = FALSE;
  g_signal_emit (self, signals[SIGNAL_WITHDRAWN], 0);
}

/* Asks when the desktop is to be told, and wakes then. */
static void
tertulia_notifier_plan (TertuliaNotifier *self)
{
  double notify_after;

  if (self->outage == 0 || self->told || self->window_active)
    {
      g_source_set_ready_time (self->wake, -1);
      return;
    }

  g_object_get (self->settings, "notify-after", &notify_after, NULL);
  g_source_set_ready_time (self->wake, MAX (self->outage, self->inactive_since) +
                                       (gint64) (notify_after * G_USEC_PER_SEC));
}

static gboolean
tertulia_notifier_wake_cb (gpointer user_data)
{
  g_autoptr (TertuliaNotifier) self = g_object_ref (user_data);

  g_source_set_ready_time (self->wake, -1);
  self->told = TRUE;
  g_signal_emit (self, signals[SIGNAL_LOST], 0);

  return G_SOURCE_CONTINUE;
}

static void
tertulia_notifier_lost_at_cb (TertuliaNotifier *self)
{
  self->outage = tertulia_status_get_lost_at (self->status);
  if (self->outage == 0)
    tertulia_notifier_withdraw (self);

  tertulia_notifier_plan (self);
}

static void
tertulia_notifier_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TertuliaNotifier *self = TERTULIA_NOTIFIER (object);

  switch ((TertuliaNotifierProperty) property_id)
    {
    case PROP_WINDOW_ACTIVE:
      g_value_set_boolean (value, self->window_active);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_notifier_set_property (GObject      *object,
                                guint         property_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  TertuliaNotifier *self = TERTULIA_NOTIFIER (object);

  switch ((TertuliaNotifierProperty) property_id)
    {
    case PROP_WINDOW_ACTIVE:
      tertulia_notifier_set_window_active (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_notifier_dispose (GObject *object)
{
  TertuliaNotifier *self = TERTULIA_NOTIFIER (object);

  /* Nobody would withdraw it later. */
  tertulia_notifier_withdraw (self);

  tertulia_wake_clear (&self->wake);
  g_clear_object (&self->status);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tertulia_notifier_parent_class)->dispose (object);
}

static void
tertulia_notifier_class_init (TertuliaNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tertulia_notifier_dispose;
  object_class->get_property = tertulia_notifier_get_property;
  object_class->set_property = tertulia_notifier_set_property;

  properties[PROP_WINDOW_ACTIVE] =
    g_param_spec_boolean ("window-active", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * TertuliaNotifier::lost:
   *
   * The desktop is to be told.
   */
  signals[SIGNAL_LOST] =
    g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * TertuliaNotifier::withdrawn:
   *
   * What was told is over. Never without a `lost` before it.
   */
  signals[SIGNAL_WITHDRAWN] =
    g_signal_new ("withdrawn", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
tertulia_notifier_init (TertuliaNotifier *self)
{
  self->wake = tertulia_wake_new ("[tertulia] notifier", tertulia_notifier_wake_cb, self);
}

/**
 * tertulia_notifier_new:
 * @settings: whose `notify-after` counts
 * @status: of the connection to watch
 *
 * Returns: (transfer full): a notifier for a window that is not in front
 */
TertuliaNotifier *
tertulia_notifier_new (TertuliaSettings *settings,
                       TertuliaStatus   *status)
{
  TertuliaNotifier *self;

  g_return_val_if_fail (TERTULIA_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (TERTULIA_IS_STATUS (status), NULL);

  self = g_object_new (TERTULIA_TYPE_NOTIFIER, NULL);
  self->settings = g_object_ref (settings);
  self->status = g_object_ref (status);
  g_signal_connect_object (settings, "notify::notify-after",
                           G_CALLBACK (tertulia_notifier_plan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (status, "notify::lost-at",
                           G_CALLBACK (tertulia_notifier_lost_at_cb), self, G_CONNECT_SWAPPED);
  tertulia_notifier_lost_at_cb (self);

  return self;
}

/**
 * tertulia_notifier_set_window_active:
 * @active: whether the window is in front: then its banner tells
 */
void
tertulia_notifier_set_window_active (TertuliaNotifier *self,
                                     gboolean          active)
{
  g_return_if_fail (TERTULIA_IS_NOTIFIER (self));

  if (self->window_active == active)
    return;

  self->window_active = active;
  if (!active)
    self->inactive_since = g_get_monotonic_time ();

  tertulia_notifier_plan (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WINDOW_ACTIVE]);
}
