/* link-simulator.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "link-simulator.h"

#include "link-pair-private.h"

#define BACKLOG 511
#define DEFAULT_LATENCY_MS 5000

/**
 * LinkSimulator:
 *
 * A loopback TCP relay with a bad-link switch.
 *
 * It listens on 127.0.0.1, connects each client to one server, and passes on
 * what both send, as well or badly as its mode says. It knows nothing of what
 * is sent. Each direction of a connection holds at most 256 KiB; beyond that the
 * sender waits.
 *
 * It belongs to the thread-default main context it was made on: its signals
 * arrive there, and never inside a call.
 */
struct _LinkSimulator {
  GObject         parent_instance;

  GMainContext   *context;
  char           *host;
  guint16         port;

  LinkMode        mode;
  guint           latency;     /* ms */
  guint           rate;        /* bytes a second */
  LinkConditions  conditions;

  GSocket        *reservation; /* bound only: keeps the port while mode is gone */
  GSocket        *listener;
  GSource        *accept;
  GHashTable     *pairs;       /* LinkPair to its number */
  guint           n_opened;

  GQueue          reports;
  GSource        *report;
};

G_DEFINE_FINAL_TYPE (LinkSimulator, link_simulator, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (LinkMode, link_mode,
                    G_DEFINE_ENUM_VALUE (LINK_MODE_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (LINK_MODE_SLOW, "slow"),
                    G_DEFINE_ENUM_VALUE (LINK_MODE_SILENT, "silent"),
                    G_DEFINE_ENUM_VALUE (LINK_MODE_RESET, "reset"),
                    G_DEFINE_ENUM_VALUE (LINK_MODE_GONE, "gone"))

typedef enum {
  PROP_MODE = 1,
  PROP_LATENCY,
  PROP_RATE,
} LinkSimulatorProperty;

static GParamSpec *properties[PROP_RATE + 1];

enum {
  SIGNAL_OPENED,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What a signal will tell. */
typedef struct {
  guint       n;
  const char *by;              /* NULL: it was opened */
} LinkReport;

static void
source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
link_simulator_report_cb (gpointer user_data)
{
  g_autoptr (LinkSimulator) self = g_object_ref (LINK_SIMULATOR (user_data));
  LinkReport *report;

  source_clear (&self->report);

  while ((report = g_queue_pop_head (&self->reports)) != NULL)
    {
      if (report->by == NULL)
        g_signal_emit (self, signals[SIGNAL_OPENED], 0, report->n);
      else
        g_signal_emit (self, signals[SIGNAL_CLOSED], 0, report->n, report->by);
      g_free (report);
    }

  return G_SOURCE_REMOVE;
}

static void
link_simulator_report (LinkSimulator *self,
                       guint          n,
                       const char    *by)
{
  LinkReport *report = g_new (LinkReport, 1);

  *report = (LinkReport) { n, by };
  g_queue_push_tail (&self->reports, report);

  if (self->report != NULL)
    return;

  self->report = g_idle_source_new ();
  g_source_set_static_name (self->report, "[link] report");
  g_source_set_priority (self->report, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->report, link_simulator_report_cb, self, NULL);
  g_source_attach (self->report, self->context);
}

static void
link_simulator_pair_closed_cb (LinkPair *pair,
                               LinkSide  side,
                               gpointer  user_data)
{
  LinkSimulator *self = user_data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->pairs, pair));

  link_simulator_report (self, n, side == LINK_SIDE_CLIENT ? "client" : "server");
  g_hash_table_remove (self->pairs, pair);
}

static gboolean
link_simulator_accept_cb (GSocket      *listener,
                          GIOCondition  condition,
                          gpointer      user_data)
{
  LinkSimulator *self = user_data;
  g_autoptr (GError) error = NULL;
  GSocket *client;
  LinkPair *pair;

  client = g_socket_accept (listener, NULL, &error);
  if (client == NULL)
    {
      g_debug ("A connection was not accepted: %s", error->message);
      return G_SOURCE_CONTINUE;
    }

  pair = link_pair_new (client, self->host, self->port, &self->conditions, self->context,
                        link_simulator_pair_closed_cb, self);
  g_hash_table_insert (self->pairs, pair, GUINT_TO_POINTER (++self->n_opened));
  link_simulator_report (self, self->n_opened, NULL);

  return G_SOURCE_CONTINUE;
}

static GSocket *
bind_loopback (guint16   port,
               GError  **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) socket = NULL;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL || !g_socket_bind (socket, address, TRUE, error))
    return NULL;

  return g_steal_pointer (&socket);
}

static gboolean
link_simulator_open (LinkSimulator  *self,
                     GError        **error)
{
  g_autoptr (GSocket) listener = bind_loopback (link_simulator_get_port (self), error);

  if (listener == NULL)
    return FALSE;

  g_socket_set_blocking (listener, FALSE);
  g_socket_set_listen_backlog (listener, BACKLOG);
  if (!g_socket_listen (listener, error))
    return FALSE;

  self->listener = g_steal_pointer (&listener);
  self->accept = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_static_name (self->accept, "[link] accept");
  g_source_set_callback (self->accept, G_SOURCE_FUNC (link_simulator_accept_cb), self, NULL);
  g_source_attach (self->accept, self->context);

  return TRUE;
}

static void
link_simulator_close (LinkSimulator *self)
{
  source_clear (&self->accept);
  g_clear_object (&self->listener);
}

static void
link_simulator_reset (LinkSimulator *self)
{
  GHashTableIter iter;
  gpointer n;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, NULL, &n))
    link_simulator_report (self, GPOINTER_TO_UINT (n), "link");

  g_hash_table_remove_all (self->pairs);
}

static void
link_simulator_refresh (LinkSimulator *self)
{
  g_autoptr (GList) pairs = g_hash_table_get_keys (self->pairs);

  self->conditions.silent = self->mode == LINK_MODE_SILENT;
  self->conditions.latency = self->mode == LINK_MODE_SLOW ? (gint64) self->latency * 1000 : 0;
  self->conditions.rate = self->mode == LINK_MODE_SLOW ? self->rate : 0;

  /* Refreshing one may close it, but never another one. */
  for (GList *l = pairs; l != NULL; l = l->next)
    link_pair_refresh (l->data);
}

static void
link_simulator_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  LinkSimulator *self = LINK_SIMULATOR (object);

  switch ((LinkSimulatorProperty) property_id)
    {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;

    case PROP_LATENCY:
      g_value_set_uint (value, self->latency);
      break;

    case PROP_RATE:
      g_value_set_uint (value, self->rate);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
link_simulator_set_property (GObject      *object,
                             guint         property_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  LinkSimulator *self = LINK_SIMULATOR (object);

  switch ((LinkSimulatorProperty) property_id)
    {
    case PROP_MODE:
      link_simulator_set_mode (self, g_value_get_enum (value));
      break;

    case PROP_LATENCY:
      link_simulator_set_latency (self, g_value_get_uint (value));
      break;

    case PROP_RATE:
      link_simulator_set_rate (self, g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
link_simulator_dispose (GObject *object)
{
  LinkSimulator *self = LINK_SIMULATOR (object);

  link_simulator_close (self);
  g_clear_object (&self->reservation);
  g_hash_table_remove_all (self->pairs);
  source_clear (&self->report);
  g_queue_clear_full (&self->reports, g_free);

  G_OBJECT_CLASS (link_simulator_parent_class)->dispose (object);
}

static void
link_simulator_finalize (GObject *object)
{
  LinkSimulator *self = LINK_SIMULATOR (object);

  g_hash_table_unref (self->pairs);
  g_main_context_unref (self->context);
  g_free (self->host);

  G_OBJECT_CLASS (link_simulator_parent_class)->finalize (object);
}

static void
link_simulator_class_init (LinkSimulatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = link_simulator_dispose;
  object_class->finalize = link_simulator_finalize;
  object_class->get_property = link_simulator_get_property;
  object_class->set_property = link_simulator_set_property;

  /**
   * LinkSimulator:mode: (getter get_mode) (setter set_mode)
   *
   * How well the link works. `reset` is done at once and leaves `good`.
   */
  properties[PROP_MODE] =
    g_param_spec_enum ("mode", NULL, NULL,
                       LINK_TYPE_MODE, LINK_MODE_GOOD,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * LinkSimulator:latency: (setter set_latency)
   *
   * By how much `slow` delays everything, in milliseconds.
   */
  properties[PROP_LATENCY] =
    g_param_spec_uint ("latency", NULL, NULL,
                       0, G_MAXUINT, DEFAULT_LATENCY_MS,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * LinkSimulator:rate: (setter set_rate)
   *
   * How much `slow` lets through each way of each connection, in bytes a
   * second; 0 is no limit.
   */
  properties[PROP_RATE] =
    g_param_spec_uint ("rate", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * LinkSimulator::opened:
   * @n: its number, from 1
   *
   * A client has connected.
   */
  signals[SIGNAL_OPENED] =
    g_signal_new ("opened",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * LinkSimulator::closed:
   * @n: the number it was opened with
   * @by: who began it: `client`, `server` or `link`
   *
   * A connection has ended.
   */
  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
link_simulator_init (LinkSimulator *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->latency = DEFAULT_LATENCY_MS;
  self->pairs = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) link_pair_free, NULL);
  g_queue_init (&self->reports);
}

/**
 * link_simulator_new:
 * @host: the server's name or address
 * @port: the server's port
 *
 * Returns: (transfer full): a link that is good and does not listen yet
 */
LinkSimulator *
link_simulator_new (const char *host,
                    guint16     port)
{
  LinkSimulator *self;

  g_return_val_if_fail (host != NULL, NULL);

  self = g_object_new (LINK_TYPE_SIMULATOR, NULL);
  self->host = g_strdup (host);
  self->port = port;

  return self;
}

/**
 * link_simulator_listen:
 * @port: the port on 127.0.0.1, or 0 for any that is free
 *
 * Begins to accept clients, where the mode is not `gone`. To be called once.
 *
 * Returns: %TRUE, or %FALSE and an error of GIO where the port cannot be had
 */
gboolean
link_simulator_listen (LinkSimulator  *self,
                       guint16         port,
                       GError        **error)
{
  g_return_val_if_fail (LINK_IS_SIMULATOR (self), FALSE);
  g_return_val_if_fail (self->reservation == NULL, FALSE);

  self->reservation = bind_loopback (port, error);
  if (self->reservation == NULL)
    return FALSE;

  if (self->mode != LINK_MODE_GONE && !link_simulator_open (self, error))
    {
      g_clear_object (&self->reservation);
      return FALSE;
    }

  return TRUE;
}

/**
 * link_simulator_get_port:
 *
 * Returns: the port it listens on, or 0 where it does not yet
 */
guint16
link_simulator_get_port (LinkSimulator *self)
{
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (LINK_IS_SIMULATOR (self), 0);

  if (self->reservation != NULL)
    address = g_socket_get_local_address (self->reservation, NULL);

  return address != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

/**
 * link_simulator_get_mode: (get-property mode)
 *
 * Returns: how well the link works
 */
LinkMode
link_simulator_get_mode (LinkSimulator *self)
{
  g_return_val_if_fail (LINK_IS_SIMULATOR (self), LINK_MODE_GOOD);

  return self->mode;
}

/**
 * link_simulator_set_mode: (set-property mode)
 * @mode: how well the link shall work from now on
 *
 * `reset` ends all connections once and leaves the link good. Each mode counts
 * for the connections that are open and for new ones.
 */
void
link_simulator_set_mode (LinkSimulator *self,
                         LinkMode       mode)
{
  g_autoptr (GError) error = NULL;
  LinkMode before;

  g_return_if_fail (LINK_IS_SIMULATOR (self));
  g_return_if_fail (mode <= LINK_MODE_GONE);

  before = self->mode;
  self->mode = mode == LINK_MODE_RESET ? LINK_MODE_GOOD : mode;

  if (mode == LINK_MODE_GONE)
    link_simulator_close (self);
  if (mode == LINK_MODE_GONE || mode == LINK_MODE_RESET)
    link_simulator_reset (self);

  if (self->mode != LINK_MODE_GONE && self->listener == NULL && self->reservation != NULL &&
      !link_simulator_open (self, &error))
    {
      g_warning ("The link stays gone: %s", error->message);
      self->mode = LINK_MODE_GONE;
    }

  link_simulator_refresh (self);

  if (self->mode != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}

/**
 * link_simulator_set_latency: (set-property latency)
 * @milliseconds: by how much `slow` delays everything, also what is under way
 */
void
link_simulator_set_latency (LinkSimulator *self,
                            guint          milliseconds)
{
  g_return_if_fail (LINK_IS_SIMULATOR (self));

  if (self->latency == milliseconds)
    return;

  self->latency = milliseconds;
  link_simulator_refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LATENCY]);
}

/**
 * link_simulator_set_rate: (set-property rate)
 * @bytes_per_second: how much `slow` lets through each way, or 0 for no limit
 */
void
link_simulator_set_rate (LinkSimulator *self,
                         guint          bytes_per_second)
{
  g_return_if_fail (LINK_IS_SIMULATOR (self));

  if (self->rate == bytes_per_second)
    return;

  self->rate = bytes_per_second;
  link_simulator_refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE]);
}
