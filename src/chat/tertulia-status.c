/* tertulia-status.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-status.h"

#include <time.h>

#include "tertulia-wake-private.h"

/* A longer gap between the clock that runs during sleep and the one that does
 * not means that the computer slept.
 */
#define RESUME_GAP (5 * G_USEC_PER_SEC)

/**
 * TertuliaStatus:
 *
 * What the window shows of a connection. It collects the facts, asks
 * tertulia_status_present(), and wakes up when the answer will be another one.
 *
 * What has happened is presented in the next iteration of the main context, so
 * that the many signals of one event are one change.
 */
struct _TertuliaStatus {
  GObject               parent_instance;

  TertuliaStatusFacts   facts;         /* its error is ours */
  TertuliaPresentation  shown;

  SignalrConnection    *connection;
  GNetworkMonitor      *monitor;
  gboolean              local;         /* the server is on this computer */
  gboolean              was_connected;
  gboolean              watched;
  gint64                clock_gap;
  GSource              *wake;
};

G_DEFINE_FINAL_TYPE (TertuliaStatus, tertulia_status, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TertuliaStatusKind, tertulia_status_kind,
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_NOTHING, "nothing"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_RECONNECTED, "reconnected"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_SLOW, "slow"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_PORTAL, "portal"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_CERTIFICATE, "certificate"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_SIGNED_OUT, "signed-out"))

G_DEFINE_ENUM_TYPE (TertuliaStatusButton, tertulia_status_button,
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_TRY_NOW, "try-now"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_RECONNECT, "reconnect"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_SIGN_IN, "sign-in"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_OPEN_PORTAL, "open-portal"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_BUTTON_DETAILS, "details"))

typedef enum {
  PROP_KIND = 1,
  PROP_BUTTON,
  PROP_BUTTON_SENSITIVE,
  PROP_SECONDS,
  PROP_ERROR,
  PROP_REASON,
  PROP_LOST_AT,
  PROP_WATCHED,
  PROP_NETWORK_MONITOR,
} TertuliaStatusProperty;

static GParamSpec *properties[PROP_NETWORK_MONITOR + 1];

static void
tertulia_status_wake_soon (TertuliaStatus *self)
{
  g_source_set_ready_time (self->wake, 0);
}

static void
tertulia_status_set_error (TertuliaStatus *self,
                           const GError   *error)
{
  if (error == self->facts.error)
    return;

  g_clear_error ((GError **) &self->facts.error);
  self->facts.error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
tertulia_status_set_lost_at (TertuliaStatus *self,
                             gint64          lost_at)
{
  if (self->facts.lost_at == lost_at)
    return;

  self->facts.lost_at = lost_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOST_AT]);
}

/* How far the clock that counts sleep is ahead of the one that does not. */
static gint64
read_clock_gap (void)
{
  struct timespec boot;

  clock_gettime (CLOCK_BOOTTIME, &boot);

  return (gint64) boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000 - g_get_monotonic_time ();
}

static void
tertulia_status_read_network (TertuliaStatus *self,
                              gint64          now)
{
  gint64 clock_gap = read_clock_gap ();
  gboolean available = TRUE, portal = FALSE;

  if (clock_gap - self->clock_gap > RESUME_GAP)
    self->facts.resumed_at = now;
  self->clock_gap = clock_gap;

  if (!self->local)
    {
      available = g_network_monitor_get_network_available (self->monitor);
      portal = g_network_monitor_get_connectivity (self->monitor) == G_NETWORK_CONNECTIVITY_PORTAL;
    }

  if (available != self->facts.network_available || portal != self->facts.network_portal)
    {
      self->facts.network_available = available;
      self->facts.network_portal = portal;
      self->facts.network_since = now;
    }
}

static void
tertulia_status_enter_connected (TertuliaStatus *self,
                                 gint64          now)
{
  /* The first time nobody was told of any loss. */
  if (self->was_connected)
    self->facts.recovered_at = now;

  self->was_connected = TRUE;
  tertulia_status_set_lost_at (self, 0);
  tertulia_status_set_error (self, NULL);
}

static void
tertulia_status_read_connection (TertuliaStatus *self,
                                 gint64          now)
{
  SignalrConnectionState before = self->facts.state;

  if (self->connection == NULL)
    return;

  self->facts.state = signalr_connection_get_state (self->connection);
  self->facts.quality = signalr_connection_get_quality (self->connection);
  self->facts.last_received = signalr_connection_get_last_received (self->connection);
  self->facts.retry_at = self->facts.state == SIGNALR_CONNECTION_STATE_DISCONNECTED
                           ? signalr_connection_get_retry_at (self->connection) : 0;

  /* A loss may have come and gone since the last look. */
  if (self->facts.state == SIGNALR_CONNECTION_STATE_CONNECTED &&
      (self->facts.state != before || self->facts.lost_at != 0))
    tertulia_status_enter_connected (self, now);

  if (self->facts.state == SIGNALR_CONNECTION_STATE_CONNECTING)
    {
      self->facts.started = TRUE;
      if (self->facts.connecting_since == 0)
        self->facts.connecting_since = now;
    }
}

/* What was shown of a trouble matters until the trouble is over and told. */
static void
tertulia_status_remember_shown (TertuliaStatus       *self,
                                TertuliaPresentation *presentation,
                                gint64                now)
{
  switch (presentation->kind)
    {
    case TERTULIA_STATUS_NOTHING:
      if (self->facts.state == SIGNALR_CONNECTION_STATE_CONNECTED)
        {
          self->facts.was_shown = FALSE;
          self->facts.shown_at = 0;
          self->facts.recovered_at = 0;
        }
      break;

    case TERTULIA_STATUS_RECONNECTED:
      break;

    case TERTULIA_STATUS_CONNECTING:
      if (self->facts.shown_at == 0)
        self->facts.shown_at = now;
      self->facts.was_shown = TRUE;
      break;

    case TERTULIA_STATUS_SLOW:
    case TERTULIA_STATUS_RECONNECTING:
    case TERTULIA_STATUS_WAITING:
    case TERTULIA_STATUS_OFFLINE:
    case TERTULIA_STATUS_PORTAL:
    case TERTULIA_STATUS_DISCONNECTED:
    case TERTULIA_STATUS_REFUSED:
    case TERTULIA_STATUS_CERTIFICATE:
    case TERTULIA_STATUS_SIGNED_OUT:
    default:
      self->facts.was_shown = TRUE;
      break;
    }
}

static void
tertulia_status_show (TertuliaStatus             *self,
                      const TertuliaPresentation *presentation)
{
  TertuliaPresentation before = self->shown;

  self->shown = *presentation;

  g_object_freeze_notify (G_OBJECT (self));
  if (before.kind != presentation->kind)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
  if (before.button != presentation->button)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUTTON]);
  if (before.button_sensitive != presentation->button_sensitive)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUTTON_SENSITIVE]);
  if (before.seconds != presentation->seconds)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
tertulia_status_wake_cb (gpointer user_data)
{
  g_autoptr (TertuliaStatus) self = g_object_ref (user_data);
  gint64 now = g_get_monotonic_time ();
  TertuliaPresentation presentation;
  gint64 next;

  tertulia_status_read_network (self, now);
  tertulia_status_read_connection (self, now);
  tertulia_status_present (&self->facts, now, &presentation);
  tertulia_status_remember_shown (self, &presentation, now);

  next = presentation.next;
  if (self->watched)
    next = MIN (next, presentation.next_second);
  g_source_set_ready_time (self->wake, next == G_MAXINT64 ? -1 : next);

  tertulia_status_show (self, &presentation);

  return G_SOURCE_CONTINUE;
}

static void
tertulia_status_reconnecting_cb (TertuliaStatus *self,
                                 const GError   *error)
{
  if (self->facts.lost_at == 0)
    tertulia_status_set_lost_at (self, g_get_monotonic_time ());
  tertulia_status_set_error (self, error);
  tertulia_status_wake_soon (self);
}

static void
tertulia_status_disconnected_cb (TertuliaStatus          *self,
                                 SignalrDisconnectReason  reason,
                                 const GError            *error)
{
  if (reason == SIGNALR_DISCONNECT_REASON_STOPPED)
    {
      self->facts.started = FALSE;
      tertulia_status_set_lost_at (self, 0);
    }
  else if (self->facts.lost_at == 0 && self->was_connected)
    {
      tertulia_status_set_lost_at (self, g_get_monotonic_time ());
    }

  if (self->facts.reason != reason)
    {
      self->facts.reason = reason;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
    }
  tertulia_status_set_error (self, error);
  tertulia_status_wake_soon (self);
}

/* Stopped while nothing but a wait was under way: that the connection had ended
 * was told before it.
 */
static void
tertulia_status_retry_at_cb (TertuliaStatus *self)
{
  if (signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_DISCONNECTED &&
      signalr_connection_get_retry_at (self->connection) == 0)
    {
      self->facts.started = FALSE;
      tertulia_status_set_lost_at (self, 0);
    }
  tertulia_status_wake_soon (self);
}

static void
tertulia_status_retrying_cb (TertuliaStatus *self)
{
  self->facts.waiting_since = g_get_monotonic_time ();
  tertulia_status_wake_soon (self);
}

static void
tertulia_status_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TertuliaStatus *self = TERTULIA_STATUS (object);

  switch ((TertuliaStatusProperty) property_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->shown.kind);
      break;

    case PROP_BUTTON:
      g_value_set_enum (value, self->shown.button);
      break;

    case PROP_BUTTON_SENSITIVE:
      g_value_set_boolean (value, self->shown.button_sensitive);
      break;

    case PROP_SECONDS:
      g_value_set_uint (value, self->shown.seconds);
      break;

    case PROP_ERROR:
      g_value_set_boxed (value, self->facts.error);
      break;

    case PROP_REASON:
      g_value_set_enum (value, self->facts.reason);
      break;

    case PROP_LOST_AT:
      g_value_set_int64 (value, self->facts.lost_at);
      break;

    case PROP_WATCHED:
      g_value_set_boolean (value, self->watched);
      break;

    case PROP_NETWORK_MONITOR:
      g_value_set_object (value, self->monitor);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_status_set_property (GObject      *object,
                              guint         property_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  TertuliaStatus *self = TERTULIA_STATUS (object);

  switch ((TertuliaStatusProperty) property_id)
    {
    case PROP_WATCHED:
      tertulia_status_set_watched (self, g_value_get_boolean (value));
      break;

    case PROP_NETWORK_MONITOR:
      self->monitor = g_value_dup_object (value);
      break;

    case PROP_KIND:
    case PROP_BUTTON:
    case PROP_BUTTON_SENSITIVE:
    case PROP_SECONDS:
    case PROP_ERROR:
    case PROP_REASON:
    case PROP_LOST_AT:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_status_constructed (GObject *object)
{
  TertuliaStatus *self = TERTULIA_STATUS (object);

  G_OBJECT_CLASS (tertulia_status_parent_class)->constructed (object);

  if (self->monitor == NULL)
    self->monitor = g_object_ref (g_network_monitor_get_default ());

  g_signal_connect_object (self->monitor, "network-changed",
                           G_CALLBACK (tertulia_status_wake_soon), self, G_CONNECT_SWAPPED);
}

static void
tertulia_status_dispose (GObject *object)
{
  TertuliaStatus *self = TERTULIA_STATUS (object);

  tertulia_status_follow (self, NULL);
  g_clear_object (&self->monitor);
  tertulia_wake_clear (&self->wake);
  g_clear_error ((GError **) &self->facts.error);

  G_OBJECT_CLASS (tertulia_status_parent_class)->dispose (object);
}

static void
tertulia_status_class_init (TertuliaStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tertulia_status_constructed;
  object_class->dispose = tertulia_status_dispose;
  object_class->get_property = tertulia_status_get_property;
  object_class->set_property = tertulia_status_set_property;

  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, TERTULIA_TYPE_STATUS_KIND,
                                             TERTULIA_STATUS_NOTHING, flags);
  properties[PROP_BUTTON] = g_param_spec_enum ("button", NULL, NULL, TERTULIA_TYPE_STATUS_BUTTON,
                                               TERTULIA_STATUS_BUTTON_NONE, flags);
  properties[PROP_BUTTON_SENSITIVE] = g_param_spec_boolean ("button-sensitive", NULL, NULL,
                                                            TRUE, flags);
  properties[PROP_SECONDS] = g_param_spec_uint ("seconds", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_REASON] = g_param_spec_enum ("reason", NULL, NULL,
                                               SIGNALR_TYPE_DISCONNECT_REASON,
                                               SIGNALR_DISCONNECT_REASON_STOPPED, flags);
  properties[PROP_LOST_AT] = g_param_spec_int64 ("lost-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_WATCHED] = g_param_spec_boolean ("watched", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                   G_PARAM_STATIC_STRINGS);
  properties[PROP_NETWORK_MONITOR] =
    g_param_spec_object ("network-monitor", NULL, NULL, G_TYPE_NETWORK_MONITOR,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_status_init (TertuliaStatus *self)
{
  self->facts.network_available = TRUE;
  self->shown.button_sensitive = TRUE;
  self->clock_gap = read_clock_gap ();

  self->wake = tertulia_wake_new ("[tertulia] status", tertulia_status_wake_cb, self);
}

/**
 * tertulia_status_new:
 *
 * Returns: (transfer full): a status that follows nothing
 */
TertuliaStatus *
tertulia_status_new (void)
{
  return g_object_new (TERTULIA_TYPE_STATUS, NULL);
}

static gboolean
is_local (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) address = NULL;
  const char *host;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return FALSE;

  host = g_uri_get_host (uri);
  address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

/**
 * tertulia_status_follow:
 * @connection: (nullable): the connection to tell about from now on, in the
 *   place of the one before it
 *
 * What was known of the one before, such as since when the server is not
 * reached, stays known: it is the same person on the same server.
 */
void
tertulia_status_follow (TertuliaStatus    *self,
                        SignalrConnection *connection)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } handlers[] = {
    { "notify::state", G_CALLBACK (tertulia_status_wake_soon) },
    { "notify::retry-at", G_CALLBACK (tertulia_status_retry_at_cb) },
    { "slow", G_CALLBACK (tertulia_status_wake_soon) },
    { "recovered", G_CALLBACK (tertulia_status_wake_soon) },
    { "reconnected", G_CALLBACK (tertulia_status_wake_soon) },
    { "reconnecting", G_CALLBACK (tertulia_status_reconnecting_cb) },
    { "disconnected", G_CALLBACK (tertulia_status_disconnected_cb) },
    { "retrying", G_CALLBACK (tertulia_status_retrying_cb) },
  };

  g_return_if_fail (TERTULIA_IS_STATUS (self));
  g_return_if_fail (connection == NULL || SIGNALR_IS_CONNECTION (connection));

  if (self->connection == connection)
    return;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);

  if (connection == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (connection, handlers[i].signal, handlers[i].callback,
                             self, G_CONNECT_SWAPPED);

  self->local = is_local (signalr_connection_get_url (connection));
  tertulia_status_wake_soon (self);
}

/**
 * tertulia_status_pressed:
 *
 * Tells that the user has asked for a try now, so that something visible
 * happens at once.
 */
void
tertulia_status_pressed (TertuliaStatus *self)
{
  g_return_if_fail (TERTULIA_IS_STATUS (self));

  self->facts.pressed_at = g_get_monotonic_time ();
  tertulia_status_wake_soon (self);
}

/**
 * tertulia_status_get_kind:
 *
 * Returns: what the banner says
 */
TertuliaStatusKind
tertulia_status_get_kind (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), TERTULIA_STATUS_NOTHING);

  return self->shown.kind;
}

/**
 * tertulia_status_get_button:
 *
 * Returns: the button that helps
 */
TertuliaStatusButton
tertulia_status_get_button (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), TERTULIA_STATUS_BUTTON_NONE);

  return self->shown.button;
}

/**
 * tertulia_status_get_button_sensitive:
 *
 * Returns: whether it can be pressed; not for half a second after it was
 */
gboolean
tertulia_status_get_button_sensitive (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), TRUE);

  return self->shown.button_sensitive;
}

/**
 * tertulia_status_get_seconds:
 *
 * Returns: the number that the banner says, or 0 where it says none
 */
guint
tertulia_status_get_seconds (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), 0);

  return self->shown.seconds;
}

/**
 * tertulia_status_get_error:
 *
 * Returns: (nullable) (transfer none): why the connection was lost or could not
 *   be made, of `SIGNALR_ERROR`; %NULL while all is well
 */
const GError *
tertulia_status_get_error (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), NULL);

  return self->facts.error;
}

/**
 * tertulia_status_get_reason:
 *
 * Returns: why the connection ended, the last time that it did
 */
SignalrDisconnectReason
tertulia_status_get_reason (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), SIGNALR_DISCONNECT_REASON_STOPPED);

  return self->facts.reason;
}

/**
 * tertulia_status_get_lost_at:
 *
 * Returns: since when the server is not reached, in µs on the monotonic clock;
 *   0 while it is, and where the user wanted no connection or never had one
 */
gint64
tertulia_status_get_lost_at (TertuliaStatus *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS (self), 0);

  return self->facts.lost_at;
}

/**
 * tertulia_status_set_watched:
 * @watched: whether anybody looks at the seconds
 */
void
tertulia_status_set_watched (TertuliaStatus *self,
                             gboolean        watched)
{
  g_return_if_fail (TERTULIA_IS_STATUS (self));

  if (self->watched == watched)
    return;

  self->watched = watched;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WATCHED]);
  tertulia_status_wake_soon (self);
}
