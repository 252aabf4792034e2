/* link-pair.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "link-pair-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define READ_SIZE (16 * 1024)

/* What comes from one side and goes to the other. */
typedef struct {
  LinkPair     *pair;
  LinkFlow      flow;
  GSource      *in;            /* on the socket of this side */
  GIOCondition  in_condition;
  GSource      *out;           /* on the socket of the other side */
  gboolean      read_all;      /* this side has ended its stream */
  gboolean      sent_all;      /* and the other one was told */
} LinkHalf;

struct _LinkPair {
  GMainContext         *context;
  const LinkConditions *conditions;
  char                 *host;
  guint16               port;
  LinkPairClosed        closed;
  gpointer              user_data;

  GSocket              *sockets[2];
  GSocketConnection    *connection;  /* would close the server's socket */
  LinkHalf              halves[2];
  LinkSide              first_end;
  GSource              *timer;
  GCancellable         *connecting;
};

static void link_pair_connect (LinkPair *pair);

static void
source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static LinkSide
link_half_get_side (LinkHalf *half)
{
  return half == &half->pair->halves[LINK_SIDE_CLIENT] ? LINK_SIDE_CLIENT : LINK_SIDE_SERVER;
}

static GSocket *
link_half_get_from (LinkHalf *half)
{
  return half->pair->sockets[link_half_get_side (half)];
}

static GSocket *
link_half_get_to (LinkHalf *half)
{
  return half->pair->sockets[1 - link_half_get_side (half)];
}

/* Closing with a linger time of 0 sends RST instead of FIN. */
static void
socket_reset (GSocket *socket)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  g_socket_close (socket, NULL);
}

static void
link_pair_take_socket (LinkPair *pair,
                       LinkSide  side,
                       GSocket  *socket)
{
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  pair->sockets[side] = socket;
}

static void
link_pair_close (LinkPair *pair,
                 gboolean  reset)
{
  for (guint i = 0; i < 2; i++)
    {
      source_clear (&pair->halves[i].in);
      source_clear (&pair->halves[i].out);

      if (pair->sockets[i] != NULL && reset)
        socket_reset (pair->sockets[i]);
      g_clear_object (&pair->sockets[i]);
    }

  source_clear (&pair->timer);
  g_clear_object (&pair->connection);
  g_cancellable_cancel (pair->connecting);
  g_clear_object (&pair->connecting);
}

static void
link_pair_end (LinkPair *pair,
               gboolean  reset,
               LinkSide  side)
{
  link_pair_close (pair, reset);
  pair->closed (pair, side, pair->user_data);
}

static gboolean
link_half_readable_cb (GSocket      *socket,
                       GIOCondition  condition,
                       gpointer      user_data)
{
  LinkHalf *half = user_data;
  LinkPair *pair = half->pair;
  g_autoptr (GError) error = NULL;
  guint8 buffer[READ_SIZE];
  gssize n;

  n = g_socket_receive (socket, (char *) buffer, sizeof buffer, NULL, &error);
  if (n < 0 || half->read_all)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        link_pair_end (pair, TRUE, link_half_get_side (half));
      return G_SOURCE_CONTINUE;
    }

  if (n == 0)
    {
      half->read_all = TRUE;
      if (!pair->halves[1 - link_half_get_side (half)].read_all)
        pair->first_end = link_half_get_side (half);
    }

  link_flow_push (&half->flow, buffer, n, g_get_monotonic_time ());
  link_pair_refresh (pair);

  return G_SOURCE_CONTINUE;
}

static void
link_half_watch_in (LinkHalf *half)
{
  LinkPair *pair = half->pair;
  GIOCondition wanted = 0;

  /* Behind the end of a stream only a reset can come. */
  if (half->read_all)
    wanted = G_IO_HUP | G_IO_ERR;
  else if (!link_flow_is_full (&half->flow))
    wanted = G_IO_IN;

  if (pair->conditions->silent || pair->sockets[LINK_SIDE_SERVER] == NULL)
    wanted = 0;

  if (wanted == half->in_condition && (half->in != NULL) == (wanted != 0))
    return;

  source_clear (&half->in);
  half->in_condition = wanted;
  if (wanted == 0)
    return;

  half->in = g_socket_create_source (link_half_get_from (half), wanted, NULL);
  g_source_set_static_name (half->in, "[link] in");
  g_source_set_callback (half->in, G_SOURCE_FUNC (link_half_readable_cb), half, NULL);
  g_source_attach (half->in, pair->context);
}

static gboolean
link_half_writable_cb (GSocket      *socket,
                       GIOCondition  condition,
                       gpointer      user_data)
{
  LinkHalf *half = user_data;

  source_clear (&half->out);
  link_pair_refresh (half->pair);

  return G_SOURCE_REMOVE;
}

static void
link_half_watch_out (LinkHalf *half)
{
  half->out = g_socket_create_source (link_half_get_to (half), G_IO_OUT, NULL);
  g_source_set_static_name (half->out, "[link] out");
  g_source_set_callback (half->out, G_SOURCE_FUNC (link_half_writable_cb), half, NULL);
  g_source_attach (half->out, half->pair->context);
}

typedef enum {
  PUMP_DONE,                   /* nothing more can go now */
  PUMP_FAILED,                 /* the side it goes to is gone */
} PumpResult;

/* Sends what may go now. */
static PumpResult
link_half_pump (LinkHalf *half,
                gint64    now,
                gint64   *wake)
{
  const LinkConditions *conditions = half->pair->conditions;
  LinkFlowStep step;
  const guint8 *data;
  gsize size;

  *wake = LINK_NEVER;

  while (half->out == NULL && !half->sent_all &&
         (step = link_flow_next (&half->flow, conditions, now, &data, &size, wake)) != LINK_FLOW_WAIT)
    {
      g_autoptr (GError) error = NULL;
      gssize n;

      if (step == LINK_FLOW_END)
        {
          half->sent_all = TRUE;
          return g_socket_shutdown (link_half_get_to (half), FALSE, TRUE, NULL) ? PUMP_DONE
                                                                               : PUMP_FAILED;
        }

      n = g_socket_send (link_half_get_to (half), (const char *) data, size, NULL, &error);
      if (n > 0)
        link_flow_sent (&half->flow, conditions, n, now);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        link_half_watch_out (half);
      else
        return PUMP_FAILED;
    }

  return PUMP_DONE;
}

/*< private >
 * link_pair_refresh:
 *
 * Does what can be done now, and sees to it that the rest is done when it can.
 * May free @pair, through its owner.
 */
void
link_pair_refresh (LinkPair *pair)
{
  gint64 now = g_get_monotonic_time ();
  gint64 wakes[2], wake;

  if (pair->sockets[LINK_SIDE_SERVER] == NULL)
    {
      if (pair->connecting == NULL && !pair->conditions->silent)
        link_pair_connect (pair);
      return;
    }

  for (guint i = 0; i < 2; i++)
    {
      if (link_half_pump (&pair->halves[i], now, &wakes[i]) == PUMP_FAILED)
        {
          link_pair_end (pair, TRUE, 1 - i);
          return;
        }
    }

  if (pair->halves[LINK_SIDE_CLIENT].sent_all && pair->halves[LINK_SIDE_SERVER].sent_all)
    {
      link_pair_end (pair, FALSE, pair->first_end);
      return;
    }

  link_half_watch_in (&pair->halves[LINK_SIDE_CLIENT]);
  link_half_watch_in (&pair->halves[LINK_SIDE_SERVER]);

  wake = MIN (wakes[0], wakes[1]);
  g_source_set_ready_time (pair->timer, wake == LINK_NEVER ? -1 : wake);
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = {
  .dispatch = timer_dispatch,
};

static gboolean
link_pair_timer_cb (gpointer user_data)
{
  link_pair_refresh (user_data);

  return G_SOURCE_CONTINUE;
}

/* The pair may be gone by now; then the attempt was cancelled. */
static void
link_pair_connected_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  LinkPair *pair = user_data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&pair->connecting);
  if (connection == NULL)
    {
      g_debug ("The server cannot be reached: %s", error->message);
      link_pair_end (pair, TRUE, LINK_SIDE_SERVER);
      return;
    }

  pair->connection = connection;
  link_pair_take_socket (pair, LINK_SIDE_SERVER,
                         g_object_ref (g_socket_connection_get_socket (connection)));
  link_pair_refresh (pair);
}

static void
link_pair_connect (LinkPair *pair)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);
  pair->connecting = g_cancellable_new ();

  g_main_context_push_thread_default (pair->context);
  g_socket_client_connect_to_host_async (client, pair->host, pair->port, pair->connecting,
                                         link_pair_connected_cb, pair);
  g_main_context_pop_thread_default (pair->context);
}

/*< private >
 * link_pair_new:
 * @client: (transfer full): the accepted socket
 *
 * Connects to the server in its own time: not while the link is silent.
 */
LinkPair *
link_pair_new (GSocket              *client,
               const char           *host,
               guint16               port,
               const LinkConditions *conditions,
               GMainContext         *context,
               LinkPairClosed        closed,
               gpointer              user_data)
{
  LinkPair *pair = g_new0 (LinkPair, 1);

  pair->context = g_main_context_ref (context);
  pair->conditions = conditions;
  pair->host = g_strdup (host);
  pair->port = port;
  pair->closed = closed;
  pair->user_data = user_data;

  for (guint i = 0; i < 2; i++)
    {
      pair->halves[i].pair = pair;
      link_flow_init (&pair->halves[i].flow);
    }

  link_pair_take_socket (pair, LINK_SIDE_CLIENT, client);

  pair->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (pair->timer, "[link] timer");
  g_source_set_callback (pair->timer, link_pair_timer_cb, pair, NULL);
  g_source_attach (pair->timer, context);

  link_pair_refresh (pair);

  return pair;
}

void
link_pair_free (LinkPair *pair)
{
  link_pair_close (pair, TRUE);

  link_flow_clear (&pair->halves[LINK_SIDE_CLIENT].flow);
  link_flow_clear (&pair->halves[LINK_SIDE_SERVER].flow);
  g_main_context_unref (pair->context);
  g_free (pair->host);
  g_free (pair);
}
