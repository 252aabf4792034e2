/* fault-link.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fault-link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

typedef struct _Wire Wire;

/* One direction. What was read goes on at once; loopback takes what tests send. */
typedef struct {
  Wire     *wire;
  GSource  *source;
  guint64   passed;
  gboolean  ended;
} Half;

struct _Wire {
  FaultLink *link;
  guint      number;           /* 0: older than the plan */
  GSocket   *sockets[2];       /* the client's, the server's */
  Half       halves[2];        /* from each of them */
};

struct _FaultLink {
  GSocket    *listener;
  GSource    *accept;
  guint16     port;            /* the server's */
  GPtrArray  *wires;
  guint       n_wires;
  GArray     *marks;

  gboolean    marking;
  gboolean    planned;
  FaultPlace  place;
  FaultKind   kind;
  gboolean    struck;
  gboolean    stalled;
  void      (*struck_func) (gpointer user_data);
  gpointer    user_data;
};

static void
source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
wire_free (Wire *wire)
{
  for (guint i = 0; i < 2; i++)
    {
      source_clear (&wire->halves[i].source);
      g_socket_close (wire->sockets[i], NULL);
      g_object_unref (wire->sockets[i]);
    }
  g_free (wire);
}

static void
wire_reset (Wire *wire)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  for (guint i = 0; i < 2; i++)
    setsockopt (g_socket_get_fd (wire->sockets[i]), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void half_watch (Half *half);

static void
link_watch (FaultLink *self)
{
  for (guint i = 0; i < self->wires->len; i++)
    {
      Wire *wire = self->wires->pdata[i];

      half_watch (&wire->halves[0]);
      half_watch (&wire->halves[1]);
    }
}

static gboolean
is_place (FaultLink *self,
          Half      *half)
{
  return self->planned && !self->struck && half->wire->number == self->place.connection &&
         (half == &half->wire->halves[0]) == self->place.upwards &&
         half->passed == self->place.at;
}

/* Whether the wire is gone. */
static gboolean
strike (FaultLink *self,
        Half      *half)
{
  if (!is_place (self, half))
    return FALSE;

  self->struck = TRUE;
  self->struck_func (self->user_data);
  if (self->kind == FAULT_STALL)
    {
      fault_link_stall (self);
      return FALSE;
    }

  if (self->kind == FAULT_RESET)
    wire_reset (half->wire);
  g_ptr_array_remove (self->wires, half->wire);

  return TRUE;
}

static void
mark (Half *half)
{
  FaultPlace place = {
    .connection = half->wire->number,
    .upwards = half == &half->wire->halves[0],
    .at = half->passed,
  };

  if (half->wire->link->marking && place.connection > 0)
    g_array_append_val (half->wire->link->marks, place);
}

static void
send_all (GSocket    *socket,
          const char *data,
          gsize       size)
{
  while (size > 0)
    {
      gssize n = g_socket_send_with_blocking (socket, data, size, TRUE, NULL, NULL);

      if (n < 0)
        return;
      data += n;
      size -= n;
    }
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Half *half = user_data;
  Wire *wire = half->wire;
  FaultLink *self = wire->link;
  gboolean up = half == &wire->halves[0];
  char buffer[16384];
  gsize limit = sizeof buffer;
  gssize n;

  if (self->planned && !self->struck && wire->number == self->place.connection &&
      up == self->place.upwards && self->place.at > half->passed)
    limit = MIN (limit, self->place.at - half->passed);

  n = g_socket_receive_with_blocking (socket, buffer, limit, FALSE, NULL, NULL);
  if (n < 0)
    {
      wire_reset (wire);
      g_ptr_array_remove (self->wires, wire);
      return G_SOURCE_REMOVE;
    }

  if (n == 0)
    {
      half->ended = TRUE;
      source_clear (&half->source);
      g_socket_shutdown (wire->sockets[up ? 1 : 0], FALSE, TRUE, NULL);
      if (wire->halves[0].ended && wire->halves[1].ended)
        g_ptr_array_remove (self->wires, wire);
      return G_SOURCE_REMOVE;
    }

  mark (half);
  half->passed += n;
  send_all (wire->sockets[up ? 1 : 0], buffer, n);
  mark (half);

  return !strike (self, half);
}

static void
half_watch (Half *half)
{
  Wire *wire = half->wire;

  source_clear (&half->source);
  if (half->ended || wire->link->stalled)
    return;

  half->source = g_socket_create_source (wire->sockets[half - wire->halves], G_IO_IN, NULL);
  g_source_set_callback (half->source, G_SOURCE_FUNC (readable_cb), half, NULL);
  g_source_attach (half->source, NULL);
}

static GSocket *
make_socket (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);

  return socket;
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static gboolean
accept_cb (GSocket      *listener,
           GIOCondition  condition,
           gpointer      user_data)
{
  FaultLink *self = user_data;
  g_autoptr (GSocketAddress) address = loopback (self->port);
  GSocket *client = g_socket_accept (listener, NULL, NULL);
  Wire *wire;

  if (client == NULL)
    return G_SOURCE_CONTINUE;

  wire = g_new0 (Wire, 1);
  wire->link = self;
  wire->number = ++self->n_wires;
  wire->sockets[0] = client;
  wire->sockets[1] = make_socket ();
  g_ptr_array_add (self->wires, wire);
  for (guint i = 0; i < 2; i++)
    {
      wire->halves[i].wire = wire;
      g_socket_set_option (wire->sockets[i], IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    }

  /* The backlog of a listening socket takes it at once. */
  if (!g_socket_connect (wire->sockets[1], address, NULL, NULL))
    {
      wire_reset (wire);
      g_ptr_array_remove (self->wires, wire);
      return G_SOURCE_CONTINUE;
    }

  if (strike (self, &wire->halves[0]) || strike (self, &wire->halves[1]))
    return G_SOURCE_CONTINUE;
  half_watch (&wire->halves[0]);
  half_watch (&wire->halves[1]);

  return G_SOURCE_CONTINUE;
}

FaultLink *
fault_link_new (guint16 port)
{
  FaultLink *self = g_new0 (FaultLink, 1);
  g_autoptr (GSocketAddress) address = loopback (0);
  g_autoptr (GError) error = NULL;

  self->port = port;
  self->wires = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_free);
  self->marks = g_array_new (FALSE, FALSE, sizeof (FaultPlace));
  self->listener = make_socket ();
  g_socket_bind (self->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 511);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);

  self->accept = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accept, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->accept, NULL);

  return self;
}

void
fault_link_free (FaultLink *self)
{
  source_clear (&self->accept);
  g_object_unref (self->listener);
  g_ptr_array_unref (self->wires);
  g_array_unref (self->marks);
  g_free (self);
}

guint16
fault_link_port (FaultLink *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

void
fault_link_plan (FaultLink        *self,
                 const FaultPlace *place,
                 FaultKind         kind,
                 void            (*struck) (gpointer user_data),
                 gpointer          user_data)
{
  for (guint i = 0; i < self->wires->len; i++)
    ((Wire *) self->wires->pdata[i])->number = 0;

  self->n_wires = 0;
  g_array_set_size (self->marks, 0);
  self->marking = place == NULL;
  self->planned = place != NULL;
  if (place != NULL)
    self->place = *place;
  self->kind = kind;
  self->struck = FALSE;
  self->struck_func = struck;
  self->user_data = user_data;
  fault_link_heal (self);
}

gboolean
fault_link_struck (FaultLink *self)
{
  return self->struck;
}

void
fault_link_stall (FaultLink *self)
{
  self->stalled = TRUE;
  link_watch (self);
}

void
fault_link_heal (FaultLink *self)
{
  if (!self->stalled)
    return;

  self->stalled = FALSE;
  link_watch (self);
}

void
fault_link_reset (FaultLink *self)
{
  for (guint i = 0; i < self->wires->len; i++)
    wire_reset (self->wires->pdata[i]);
  g_ptr_array_set_size (self->wires, 0);
  self->stalled = FALSE;
}

GArray *
fault_link_marks (FaultLink *self)
{
  return self->marks;
}
