/* server-admission.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-admission-private.h"

#include <fcntl.h>

#define DATA_KEY "signalr-admission"

struct _SignalrAdmission {
  GObject       parent_instance;

  SignalrDoor      *door;
  SignalrLoop      *loop;
  GWeakRef          socket;   /* a thread that closes TLS may be the last to hold it */
  GWeakRef          input;    /* none where libsoup hears of ends by itself */
  char             *address;
  SignalrTimer      timer;
};

G_DEFINE_FINAL_TYPE (SignalrAdmission, signalr_admission, G_TYPE_OBJECT)

static void
signalr_admission_finalize (GObject *object)
{
  SignalrAdmission *self = SIGNALR_ADMISSION (object);

  signalr_heartbeat_set (self->loop->heartbeat, &self->timer, SIGNALR_NEVER);
  signalr_door_leave (self->door, self->address, SIGNALR_DOOR_SOCKET);
  signalr_door_unref (self->door);
  signalr_loop_unref (self->loop);
  g_weak_ref_clear (&self->socket);
  g_weak_ref_clear (&self->input);
  g_free (self->address);

  G_OBJECT_CLASS (signalr_admission_parent_class)->finalize (object);
}

static void
signalr_admission_class_init (SignalrAdmissionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = signalr_admission_finalize;
}

static void
signalr_admission_init (SignalrAdmission *self)
{
  g_weak_ref_init (&self->socket, NULL);
  g_weak_ref_init (&self->input, NULL);
}

static void
signalr_admission_timer_cb (SignalrTimer *timer,
                            gint64        now)
{
  SignalrAdmission *self = (SignalrAdmission *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrAdmission, timer));

  g_autoptr (GSocket) socket = g_weak_ref_get (&self->socket);

  /* Whoever reads it sees its end, and closes it. */
  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

SignalrAdmission *
signalr_admission_new (SignalrDoor    *door,
                       SignalrLoop    *loop,
                       GSocket        *socket,
                       GSocketAddress *address)
{
  SignalrAdmission *self;
  g_autofree char *key = signalr_door_key (address);

  if (!signalr_door_has_room (door, key, SIGNALR_DOOR_SOCKET))
    return NULL;

  self = g_object_new (SIGNALR_TYPE_ADMISSION, NULL);
  self->door = signalr_door_ref (door);
  self->loop = signalr_loop_ref (loop);
  g_weak_ref_set (&self->socket, socket);
  self->address = g_steal_pointer (&key);
  self->timer.func = signalr_admission_timer_cb;
  signalr_door_enter (door, self->address, SIGNALR_DOOR_SOCKET);

  return self;
}

void
signalr_admission_expect (SignalrAdmission *self,
                          gint64            within)
{
  gint64 now = signalr_heartbeat_now (self->loop->heartbeat);

  signalr_heartbeat_set (self->loop->heartbeat, &self->timer,
                         within == SIGNALR_NEVER ? SIGNALR_NEVER : now + within);
}

void
signalr_admission_listen (SignalrAdmission *self,
                          SignalrIdleInput *input)
{
  g_weak_ref_set (&self->input, input);
}

void
signalr_admission_set_idle (SignalrAdmission *self,
                            gboolean          idle)
{
  g_autoptr (SignalrIdleInput) input = g_weak_ref_get (&self->input);

  if (input != NULL)
    signalr_idle_input_set_idle (input, idle);
}

/*< private >
 * signalr_admission_set:
 * @address: (transfer none): what libsoup is told is the peer's, and has alone; of a
 *   message it gives nothing else back
 */
void
signalr_admission_set (SignalrAdmission *self,
                       GSocketAddress   *address)
{
  g_object_set_data_full (G_OBJECT (address), DATA_KEY, g_object_ref (self), g_object_unref);
}

void
signalr_admission_move (SignalrAdmission *self,
                        GSocket          *socket,
                        GSocketAddress   *address)
{
  g_weak_ref_set (&self->socket, socket);
  signalr_admission_set (self, address);
}

SignalrAdmission *
signalr_admission_get (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address != NULL ? g_object_get_data (G_OBJECT (address), DATA_KEY) : NULL;
}

const char *
signalr_admission_get_address (SignalrAdmission *self)
{
  return self->address;
}

int
signalr_admission_dup_fd (SignalrAdmission *self)
{
  g_autoptr (GSocket) socket = g_weak_ref_get (&self->socket);

  if (socket == NULL || g_socket_is_closed (socket))
    return -1;

  return fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 3);
}
