/* server-handshakes.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-handshakes-private.h"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "stream-private.h"

/* GIO shakes hands in a thread, of which it has ten, and more only by and by: clients that
 * stall there would have everybody wait. So one has a thread when all of its hello is
 * there, and those of one address have not more than this many.
 */
#define MAX_OF_ADDRESS 6

#define TLS_HANDSHAKE 0x16
#define HEADER_SIZE 5
#define MAX_RECORD 16384

struct _SignalrHandshakes {
  SignalrLoop  *loop;
  GCancellable *cancellable;
  GHashTable   *gates;        /* SignalrGate by address */
  GQueue        all;          /* of Handshake */
};

/* Of one address. */
typedef struct {
  guint  n_running;
  GQueue waiting;      /* of Handshake */
  guint  n_users;
} SignalrGate;

typedef struct {
  SignalrHandshakes *owner;      /* NULL where that is gone */
  GList              link;       /* in its list */
  GList              waiting;    /* in that of the gate, with data while it is there */
  char              *address;
  SignalrGate       *gate;
  GIOStream         *tls;
  SignalrPolled      polled;
  gboolean           listening;  /* for the hello */
  gboolean           running;

  SignalrShakenFunc  func;
  gpointer           user_data;
  GDestroyNotify     destroy;
} Handshake;

SignalrHandshakes *
signalr_handshakes_new (SignalrLoop *loop)
{
  SignalrHandshakes *self = g_new0 (SignalrHandshakes, 1);

  self->loop = signalr_loop_ref (loop);
  self->cancellable = g_cancellable_new ();
  self->gates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->all);

  return self;
}

/* It has no part in anything any more but, where it runs, its thread. */
static void
handshake_leave (Handshake *handshake)
{
  SignalrHandshakes *owner = handshake->owner;
  SignalrGate *gate = handshake->gate;

  if (owner == NULL)
    return;

  if (handshake->listening)
    signalr_poller_remove (owner->loop->poller, &handshake->polled);
  handshake->listening = FALSE;
  if (handshake->waiting.data != NULL)
    g_queue_unlink (&gate->waiting, &handshake->waiting);
  handshake->waiting.data = NULL;
  gate->n_running -= handshake->running;
  g_queue_unlink (&owner->all, &handshake->link);
  if (--gate->n_users == 0)
    g_hash_table_remove (owner->gates, handshake->address);
  handshake->owner = NULL;
}

static void
handshake_free (Handshake *handshake)
{
  handshake_leave (handshake);
  handshake->destroy (handshake->user_data);
  g_object_unref (handshake->tls);
  g_free (handshake->address);
  g_free (handshake);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Handshake, handshake_free)

void
signalr_handshakes_free (SignalrHandshakes *self)
{
  GList *link;

  g_cancellable_cancel (self->cancellable);
  while ((link = self->all.head) != NULL)
    {
      Handshake *handshake = link->data;

      if (handshake->running)
        handshake_leave (handshake);
      else
        handshake_free (handshake);
    }

  g_hash_table_unref (self->gates);
  g_object_unref (self->cancellable);
  signalr_loop_unref (self->loop);
  g_free (self);
}

static void handshake_run (Handshake *handshake);

static void
handshake_done_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Handshake) handshake = user_data;
  SignalrGate *gate = handshake->gate;
  g_autoptr (GError) error = NULL;

  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error);
  if (handshake->owner == NULL)
    return;

  if (gate->waiting.head != NULL)
    handshake_run (gate->waiting.head->data);
  handshake_leave (handshake);
  handshake->func (handshake->tls, error, handshake->user_data);
}

static void
handshake_run (Handshake *handshake)
{
  if (handshake->waiting.data != NULL)
    g_queue_unlink (&handshake->gate->waiting, &handshake->waiting);
  handshake->waiting.data = NULL;
  handshake->running = TRUE;
  handshake->gate->n_running++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (handshake->tls), G_PRIORITY_DEFAULT,
                                    handshake->owner->cancellable, handshake_done_cb, handshake);
}

/* Whether the first record has come, or what cannot be one. */
static gboolean
has_hello (int fd)
{
  guint8 header[HEADER_SIZE];
  gssize n = recv (fd, header, sizeof header, MSG_PEEK | MSG_DONTWAIT);
  int available = 0;
  int length;

  if (n <= 0)
    return FALSE;
  if (header[0] != TLS_HANDSHAKE)
    return TRUE;
  if (n < HEADER_SIZE || ioctl (fd, FIONREAD, &available) != 0)
    return FALSE;

  length = header[3] << 8 | header[4];

  return length > MAX_RECORD || available >= HEADER_SIZE + length;
}

/* Told of each piece that comes. */
static void
handshake_polled_cb (SignalrPolled *polled,
                     guint32        events)
{
  Handshake *handshake = (Handshake *) ((guint8 *) polled - G_STRUCT_OFFSET (Handshake, polled));
  SignalrHandshakes *owner = handshake->owner;

  if (!has_hello (polled->fd))
    {
      if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        handshake_free (handshake);
      return;
    }

  signalr_poller_remove (owner->loop->poller, polled);
  handshake->listening = FALSE;

  if (handshake->gate->n_running < MAX_OF_ADDRESS)
    {
      handshake_run (handshake);
      return;
    }

  handshake->waiting.data = handshake;
  g_queue_push_tail_link (&handshake->gate->waiting, &handshake->waiting);
}

static SignalrGate *
signalr_handshakes_ensure_gate (SignalrHandshakes *self,
                                const char        *address)
{
  SignalrGate *gate = g_hash_table_lookup (self->gates, address);

  if (gate == NULL)
    {
      gate = g_new0 (SignalrGate, 1);
      g_queue_init (&gate->waiting);
      g_hash_table_insert (self->gates, g_strdup (address), gate);
    }
  gate->n_users++;

  return gate;
}

void
signalr_handshakes_add (SignalrHandshakes *self,
                        GIOStream         *tls,
                        const char        *address,
                        SignalrShakenFunc  func,
                        gpointer           user_data,
                        GDestroyNotify     destroy)
{
  GSocket *socket = signalr_stream_find_socket (tls);
  Handshake *handshake;

  if (socket == NULL)
    {
      destroy (user_data);
      return;
    }

  handshake = g_new0 (Handshake, 1);
  handshake->owner = self;
  handshake->address = g_strdup (address);
  handshake->gate = signalr_handshakes_ensure_gate (self, address);
  handshake->tls = g_object_ref (tls);
  handshake->polled.func = handshake_polled_cb;
  handshake->polled.fd = g_socket_get_fd (socket);
  handshake->func = func;
  handshake->user_data = user_data;
  handshake->destroy = destroy;
  handshake->link.data = handshake;
  g_queue_push_tail_link (&self->all, &handshake->link);

  handshake->listening = signalr_poller_add (self->loop->poller, &handshake->polled,
                                             EPOLLIN | EPOLLRDHUP | EPOLLET);
  if (!handshake->listening)
    handshake_free (handshake);
}
