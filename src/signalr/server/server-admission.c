/* server-admission.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-admission-private.h"

#include <fcntl.h>

#define MAX_TOTAL 100000
#define MAX_PER_ADDRESS 20000

#define DATA_KEY "signalr-admission"

struct _SignalrAdmission {
  GObject       parent_instance;

  SignalrDoor      *door;
  SignalrLoop      *loop;
  GSocket          *socket;
  SignalrIdleInput *input;    /* NULL where libsoup hears of ends by itself */
  char             *address;
  SignalrTimer      timer;
};

G_DEFINE_FINAL_TYPE (SignalrAdmission, signalr_admission, G_TYPE_OBJECT)

SignalrDoor *
signalr_door_new (void)
{
  SignalrDoor *self = g_rc_box_new0 (SignalrDoor);

  self->max_total = MAX_TOTAL;
  self->max_per_address = MAX_PER_ADDRESS;
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

SignalrDoor *
signalr_door_ref (SignalrDoor *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_door_clear (gpointer data)
{
  SignalrDoor *self = data;

  g_hash_table_unref (self->addresses);
}

void
signalr_door_unref (SignalrDoor *self)
{
  g_rc_box_release_full (self, signalr_door_clear);
}

static guint
signalr_door_count (SignalrDoor *self,
                    const char  *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->addresses, address));
}

static void
signalr_door_pass (SignalrDoor *self,
                   const char  *address,
                   int          step)
{
  guint count = signalr_door_count (self, address) + step;

  self->total += step;
  if (count == 0)
    g_hash_table_remove (self->addresses, address);
  else
    g_hash_table_insert (self->addresses, g_strdup (address), GUINT_TO_POINTER (count));
}

static void
signalr_admission_finalize (GObject *object)
{
  SignalrAdmission *self = SIGNALR_ADMISSION (object);

  signalr_heartbeat_set (self->loop->heartbeat, &self->timer, SIGNALR_NEVER);
  signalr_door_pass (self->door, self->address, -1);
  signalr_door_unref (self->door);
  signalr_loop_unref (self->loop);
  g_clear_weak_pointer (&self->socket);
  g_clear_weak_pointer (&self->input);
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
}

static void
signalr_admission_timer_cb (SignalrTimer *timer,
                            gint64        now)
{
  SignalrAdmission *self = (SignalrAdmission *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrAdmission, timer));

  /* Whoever reads it sees its end, and closes it. */
  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

SignalrAdmission *
signalr_admission_new (SignalrDoor    *door,
                       SignalrLoop    *loop,
                       GSocket        *socket,
                       GSocketAddress *address)
{
  SignalrAdmission *self;
  g_autofree char *text = NULL;

  if (G_IS_INET_SOCKET_ADDRESS (address))
    text = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  else
    text = g_strdup ("");

  if (door->total >= door->max_total || signalr_door_count (door, text) >= door->max_per_address)
    return NULL;

  self = g_object_new (SIGNALR_TYPE_ADMISSION, NULL);
  self->door = signalr_door_ref (door);
  self->loop = signalr_loop_ref (loop);
  g_set_weak_pointer (&self->socket, socket);
  self->address = g_steal_pointer (&text);
  self->timer.func = signalr_admission_timer_cb;
  signalr_door_pass (door, self->address, 1);

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
  g_set_weak_pointer (&self->input, input);
}

void
signalr_admission_set_idle (SignalrAdmission *self,
                            gboolean          idle)
{
  if (self->input != NULL)
    signalr_idle_input_set_idle (self->input, idle);
}

/*< private >
 * signalr_admission_set:
 * @address: (transfer none): what libsoup is told is the peer's; of a message it
 *   gives nothing else back
 */
void
signalr_admission_set (SignalrAdmission *self,
                       GSocketAddress   *address)
{
  g_object_set_data_full (G_OBJECT (address), DATA_KEY, g_object_ref (self), g_object_unref);
}

SignalrAdmission *
signalr_admission_get (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address != NULL ? g_object_get_data (G_OBJECT (address), DATA_KEY) : NULL;
}

int
signalr_admission_dup_fd (SignalrAdmission *self)
{
  if (self->socket == NULL || g_socket_is_closed (self->socket))
    return -1;

  return fcntl (g_socket_get_fd (self->socket), F_DUPFD_CLOEXEC, 3);
}
