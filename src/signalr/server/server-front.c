/* server-front.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-front-private.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server-admission-private.h"
#include "server-handshakes-private.h"
#include "server-route-private.h"
#include "signalr-error.h"
#include "stream-private.h"

#define BACKLOG 511
#define HANDSHAKE_TIMEOUT (15 * G_USEC_PER_SEC)
#define REQUEST_TIMEOUT (30 * G_USEC_PER_SEC)
#define IDLE_TIMEOUT (120 * G_USEC_PER_SEC)
/* What a request may bring: a call, or many of them in one. */
#define MAX_BODY (1024 * 1024)
#define TOO_LARGE_KEY "signalr-too-large"
#define ACCEPT_PAUSE (G_USEC_PER_SEC / 10)
/* How many may come in before others have their turn. */
#define ACCEPT_BATCH 16

struct _SignalrFront {
  SignalrHost       *host;
  SoupServer        *soup;
  GSocket           *listener;
  GSocketAddress    *local;         /* of every connection; NULL where that differs */
  SignalrPolled      polled;        /* the listener */
  GTlsCertificate   *certificate;
  SignalrHandshakes *handshakes;    /* while it listens */
  SignalrTimer       pause;         /* until the next accept, after one that failed */
};

static void
signalr_front_request_cb (SoupServer        *soup,
                          SoupServerMessage *message,
                          const char        *path,
                          GHashTable        *query,
                          gpointer           user_data)
{
  SignalrFront *self = user_data;
  g_autoptr (SignalrRequest) request = signalr_request_new (self->host, message, query);

  if (g_object_get_data (G_OBJECT (message), TOO_LARGE_KEY) != NULL)
    signalr_request_answer (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, NULL, NULL);
  else
    signalr_route (request);
}

/* Of a body that is too large nothing is kept, and no more of it is waited for
 * than an honest client may already have sent.
 */
static void
signalr_front_got_chunk_cb (SoupServerMessage *message,
                            GBytes            *chunk,
                            gpointer           user_data)
{
  gsize *size = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  SignalrAdmission *admission = signalr_admission_get (message);

  *size += g_bytes_get_size (chunk);
  if (*size <= MAX_BODY)
    return;

  g_object_set_data (G_OBJECT (message), TOO_LARGE_KEY, GINT_TO_POINTER (TRUE));
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);

  if (*size > 8 * MAX_BODY && admission != NULL)
    signalr_admission_expect (admission, 0);
}

static void
signalr_front_expect (SoupServerMessage *message,
                      gint64             within)
{
  SignalrAdmission *admission = signalr_admission_get (message);

  if (admission != NULL)
    signalr_admission_expect (admission, within);
}

/* Whether a request is under way. */
static void
signalr_front_set_idle (SoupServerMessage *message,
                        gboolean           idle)
{
  SignalrAdmission *admission = signalr_admission_get (message);

  if (admission != NULL)
    signalr_admission_set_idle (admission, idle);
}

static void
signalr_front_request_started_cb (SoupServer        *soup,
                                  SoupServerMessage *message,
                                  gpointer           user_data)
{
  signalr_front_set_idle (message, FALSE);
  signalr_front_expect (message, REQUEST_TIMEOUT);
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (signalr_front_got_chunk_cb),
                         g_new0 (gsize, 1), (GClosureNotify) (GCallback) g_free, G_CONNECT_DEFAULT);
}

static void
signalr_front_request_read_cb (SoupServer        *soup,
                               SoupServerMessage *message,
                               gpointer           user_data)
{
  signalr_front_expect (message, SIGNALR_NEVER);
}

/* However it came to its end: for libsoup an answer 500 is no end but a failure,
 * behind which the connection goes on all the same.
 */
static void
signalr_front_request_finished_cb (SoupServer        *soup,
                                   SoupServerMessage *message,
                                   gpointer           user_data)
{
  signalr_front_set_idle (message, TRUE);
  signalr_front_expect (message, IDLE_TIMEOUT);
  signalr_request_discount (((SignalrFront *) user_data)->host, message);
}

/* A server that only waits for a client to speak notices a dead one when what it
 * wrote is not acknowledged for as long as a client would wait; where keep-alive is
 * off, for as long as the server waits for one.
 */
static void
set_options (GSocket                  *socket,
             const SignalrServerTimes *times)
{
  gint64 timeout = times->keep_alive > 0 ? 2 * times->keep_alive : times->disconnect_timeout;

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, timeout / 1000, NULL);
}

typedef struct {
  SignalrFront     *front;
  SignalrAdmission *admission;
  GSocketAddress   *local;
  GSocketAddress   *remote;
} Arrival;

static Arrival *
arrival_new (SignalrFront     *front,
             SignalrAdmission *admission,
             GSocketAddress   *local,
             GSocketAddress   *remote)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->front = front;
  arrival->admission = g_object_ref (admission);
  arrival->local = g_object_ref (local);
  arrival->remote = g_object_ref (remote);

  return arrival;
}

static void
arrival_free (Arrival *arrival)
{
  g_object_unref (arrival->admission);
  g_object_unref (arrival->local);
  g_object_unref (arrival->remote);
  g_free (arrival);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arrival, arrival_free)

static void
arrival_hand_over (Arrival   *arrival,
                   GIOStream *stream)
{
  g_autoptr (GIOStream) wrapped = NULL;
  g_autoptr (GError) error = NULL;
  SignalrIdleInput *input;

  if (signalr_idle_input_unwrap (stream) == stream)
    {
      wrapped = signalr_idle_input_wrap (stream, arrival->front->host->loop->turn, &input);
      if (soup_check_version (3, 3, 0))
        signalr_idle_input_set_idle (input, FALSE);
      else
        signalr_admission_listen (arrival->admission, input);
      stream = wrapped;
    }

  if (!soup_server_accept_iostream (arrival->front->soup, stream, arrival->local, arrival->remote, &error))
    g_debug ("A connection was not taken: %s", error->message);
}

static void
arrival_shaken_cb (GIOStream    *tls,
                   const GError *error,
                   gpointer      user_data)
{
  if (error == NULL)
    arrival_hand_over (user_data, tls);
  else
    g_debug ("No TLS: %s", error->message);
}

/* With no database of whom to trust, since nobody is asked for a certificate: GnuTLS
 * would read that of the system for each connection, and keep four megabytes of it.
 */
static GIOStream *
make_secure (GIOStream       *connection,
             GTlsCertificate *certificate)
{
  return g_initable_new (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, NULL,
                         "base-io-stream", connection,
                         "certificate", certificate,
                         "database", NULL,
                         NULL);
}

/* @remote: of libsoup alone, for the admission is bound to it */
static void
signalr_front_admit (SignalrFront   *self,
                     GSocket        *socket,
                     GSocketAddress *remote)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (SignalrAdmission) admission = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (Arrival) arrival = NULL;

  local = self->local != NULL ? g_object_ref (self->local) : g_socket_get_local_address (socket, NULL);
  if (local == NULL)
    return;

  admission = signalr_admission_new (self->host->door, self->host->loop, socket, remote);
  if (admission == NULL)
    {
      g_debug ("A connection too many");
      return;
    }

  set_options (socket, &self->host->times);
  signalr_admission_set (admission, remote);
  signalr_admission_expect (admission, HANDSHAKE_TIMEOUT);
  arrival = arrival_new (self, admission, local, remote);
  connection = g_socket_connection_factory_create_connection (socket);

  if (self->certificate == NULL)
    {
      arrival_hand_over (arrival, G_IO_STREAM (connection));
      return;
    }

  tls = make_secure (G_IO_STREAM (connection), self->certificate);
  if (tls != NULL)
    signalr_handshakes_add (self->handshakes, tls, signalr_admission_get_address (admission),
                            arrival_shaken_cb, g_steal_pointer (&arrival), (GDestroyNotify) arrival_free);
}

/* The socket keeps its own, until a thread that closes TLS may let go of it: that is not
 * to let go of an admission.
 */
static GSocketAddress *
copy_remote_address (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  struct sockaddr_storage native;

  if (address == NULL || !g_socket_address_to_native (address, &native, sizeof native, NULL))
    return NULL;

  return g_socket_address_new_from_native (&native, g_socket_address_get_native_size (address));
}

/* One that had been taken from HTTP: it has all that it had but some of its objects. */
static void
signalr_front_readmit (SignalrFront     *self,
                       SignalrAdmission *admission,
                       GIOStream        *stream)
{
  GSocket *socket = signalr_stream_find_socket (stream);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (Arrival) arrival = NULL;

  if (socket == NULL ||
      (local = g_socket_get_local_address (socket, NULL)) == NULL ||
      (remote = copy_remote_address (socket)) == NULL)
    return;

  signalr_admission_move (admission, socket, remote);
  signalr_admission_expect (admission, REQUEST_TIMEOUT);
  arrival = arrival_new (self, admission, local, remote);
  arrival_hand_over (arrival, stream);
}

/* Returns whether there may be others. */
static gboolean
signalr_front_accept (SignalrFront  *self,
                      GError       **error)
{
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  int fd = accept4 (self->polled.fd, (struct sockaddr *) &native, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd < 0)
    {
      int saved = errno;

      /* One that is gone already is no reason to wait. */
      if (saved == EINTR || saved == ECONNABORTED)
        return TRUE;
      if (saved != EAGAIN)
        g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));
      return FALSE;
    }

  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    {
      close (fd);
      return FALSE;
    }

  remote = g_socket_address_new_from_native (&native, size);
  if (remote != NULL)
    signalr_front_admit (self, socket, remote);

  return TRUE;
}

/* What is accepted is answered at once where it can be, so what a request calls may
 * have the server stop.
 */
static void
signalr_front_polled_cb (SignalrPolled *polled,
                         guint32        events)
{
  SignalrFront *self = (SignalrFront *) ((guint8 *) polled - G_STRUCT_OFFSET (SignalrFront, polled));
  g_autoptr (SignalrHost) host = signalr_host_ref (self->host);
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  for (guint i = 0; i < ACCEPT_BATCH && more && host->front == self && self->listener != NULL; i++)
    more = signalr_front_accept (self, &error);

  if (error == NULL)
    return;

  /* Out of descriptors, most likely: what waits goes on waiting. */
  g_debug ("Nobody was accepted: %s", error->message);
  signalr_poller_change (host->loop->poller, &self->polled, 0);
  signalr_heartbeat_set (host->loop->heartbeat, &self->pause,
                         signalr_heartbeat_now (host->loop->heartbeat) + ACCEPT_PAUSE);
}

static void
signalr_front_pause_cb (SignalrTimer *timer,
                        gint64        now)
{
  SignalrFront *self = (SignalrFront *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrFront, pause));

  signalr_poller_change (self->host->loop->poller, &self->polled, EPOLLIN);
}

/* A SoupServer that listens nowhere closes each connection behind one answer. So
 * it listens where nobody can reach it: at a socket whose name is gone.
 */
static gboolean
keep_connections (SoupServer  *soup,
                  GError     **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  gboolean listens;

  folder = g_dir_make_tmp ("signalr-XXXXXX", error);
  if (folder == NULL)
    return FALSE;

  path = g_build_filename (folder, "nobody", NULL);
  address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  listens = socket != NULL &&
            g_socket_bind (socket, address, FALSE, error) &&
            g_socket_listen (socket, error) &&
            soup_server_listen_socket (soup, socket, 0, error);

  g_unlink (path);
  g_rmdir (folder);

  return listens;
}

SignalrFront *
signalr_front_new (SignalrHost     *host,
                   GTlsCertificate *certificate)
{
  SignalrFront *self = g_new0 (SignalrFront, 1);

  self->host = signalr_host_ref (host);
  self->soup = soup_server_new (NULL, NULL);
  self->handshakes = signalr_handshakes_new (host->loop);
  self->polled.func = signalr_front_polled_cb;
  self->pause.func = signalr_front_pause_cb;
  g_set_object (&self->certificate, certificate);

  host->front = self;
  host->readmit = signalr_front_readmit;

  soup_server_add_handler (self->soup, NULL, signalr_front_request_cb, self, NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (signalr_front_request_started_cb), self);
  g_signal_connect (self->soup, "request-read", G_CALLBACK (signalr_front_request_read_cb), self);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (signalr_front_request_finished_cb), self);
  g_signal_connect (self->soup, "request-aborted", G_CALLBACK (signalr_front_request_finished_cb), self);

  return self;
}

void
signalr_front_unlisten (SignalrFront *self)
{
  g_clear_pointer (&self->handshakes, signalr_handshakes_free);
  signalr_heartbeat_set (self->host->loop->heartbeat, &self->pause, SIGNALR_NEVER);
  if (self->listener != NULL)
    {
      signalr_poller_remove (self->host->loop->poller, &self->polled);
      g_socket_close (self->listener, NULL);
    }
  g_clear_object (&self->listener);
  g_clear_object (&self->local);
}

void
signalr_front_free (SignalrFront *self)
{
  signalr_front_unlisten (self);
  self->host->front = NULL;
  self->host->readmit = NULL;
  g_signal_handlers_disconnect_by_data (self->soup, self);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_object (&self->certificate);
  signalr_host_unref (self->host);
  g_free (self);
}

static char *
uri_of (GSocketAddress *address,
        gboolean        secure)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));

  return g_uri_join (G_URI_FLAGS_NONE, secure ? "https" : "http", NULL, host,
                     g_inet_socket_address_get_port (inet), "", NULL, NULL);
}

static gboolean
is_any (GSocketAddress *address)
{
  return g_inet_address_get_is_any (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

char *
signalr_front_listen (SignalrFront  *self,
                      const char    *address,
                      guint          port,
                      GError       **error)
{
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) listener = NULL;

  if (port <= G_MAXUINT16)
    wanted = g_inet_socket_address_new_from_string (g_str_equal (address, "localhost") ? "127.0.0.1" : address, port);
  if (wanted == NULL)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "“%s” port %u is no address to listen at", address, port);
      return NULL;
    }

  if (!keep_connections (self->soup, error))
    return NULL;

  listener = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (listener == NULL)
    return NULL;

  g_socket_set_blocking (listener, FALSE);
  g_socket_set_listen_backlog (listener, BACKLOG);
  if (!g_socket_bind (listener, wanted, TRUE, error) || !g_socket_listen (listener, error) ||
      (bound = g_socket_get_local_address (listener, error)) == NULL)
    return NULL;

  self->polled.fd = g_socket_get_fd (listener);
  if (!signalr_poller_add (self->host->loop->poller, &self->polled, EPOLLIN))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "No room for a listening socket");
      return NULL;
    }

  self->listener = g_steal_pointer (&listener);
  if (!is_any (bound))
    g_set_object (&self->local, bound);

  return uri_of (bound, self->certificate != NULL);
}
