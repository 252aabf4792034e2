/* played-line.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "played-line.h"

#include "signalr-error-private.h"

SignalrLine *the_line;

SignalrLine *
signalr_line_new (const SignalrConnectionSettings *settings,
                  GMainContext                    *context,
                  const SignalrLineEvents         *events,
                  gpointer                         user_data)
{
  SignalrLine *self = g_new0 (SignalrLine, 1);

  self->events = events;
  self->user_data = user_data;
  self->sent = g_ptr_array_new_with_free_func (g_free);
  the_line = self;

  return self;
}

void
signalr_line_drop (SignalrLine *self)
{
  self->phase = PHASE_NOTHING;
}

void
signalr_line_forget (SignalrLine *self)
{
  signalr_line_drop (self);
  self->again = FALSE;
  g_clear_pointer (&self->negotiated, signalr_negotiated_free);
  g_ptr_array_set_size (self->sent, 0);
}

void
signalr_line_hang_up (SignalrLine *self)
{
  the_line = NULL;
  signalr_line_forget (self);
  g_ptr_array_unref (self->sent);
  g_free (self);
}

void
played_line_agree (SignalrLine *self)
{
  const SignalrDialectTable *dialect = g_test_rand_bit () ? &signalr_aspnet_dialect
                                                          : &signalr_aspnetcore_dialect;

  if (self->negotiated != NULL)
    return;

  self->negotiated = signalr_negotiated_new (dialect);
  self->negotiated->connection_id = g_strdup_printf ("%d", g_test_rand_int ());
}

void
signalr_line_dial (SignalrLine        *self,
                   const char * const *hubs)
{
  signalr_line_forget (self);
  self->phase = PHASE_TRYING;
}

void
signalr_line_redial (SignalrLine *self)
{
  self->phase = PHASE_TRYING;
}

void
signalr_line_cut_step_short (SignalrLine *self)
{
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT, "late");

  self->events->failed (error, self->user_data);
}

void
signalr_line_say_goodbye (SignalrLine *self)
{
  self->phase = PHASE_CLOSING;
}

void
signalr_line_ping (SignalrLine *self)
{
  self->events->sent (1, self->user_data);
}

void
signalr_line_probe (SignalrLine *self)
{
}

gboolean
signalr_line_send (SignalrLine            *self,
                   const SignalrOutgoing  *outgoing,
                   gboolean               *held,
                   GError                **error)
{
  if (g_test_rand_int_range (0, 20) == 0)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL, "full");
      return FALSE;
    }

  if (held != NULL)
    *held = self->phase != PHASE_READY && g_test_rand_bit ();
  if (outgoing->id != NULL)
    g_ptr_array_add (self->sent, g_strdup (outgoing->id));
  self->events->sent (1, self->user_data);

  return TRUE;
}

gboolean
signalr_line_keeps_calls (SignalrLine *self)
{
  return self->keeps_calls && self->negotiated != NULL;
}

GPtrArray *
signalr_line_steal_unheard (SignalrLine *self)
{
  return NULL;
}

gint64
signalr_line_get_silence (SignalrLine *self,
                          gint64       keep_alive)
{
  return keep_alive;
}

const SignalrNegotiated *
signalr_line_get_negotiated (SignalrLine *self)
{
  return self->negotiated;
}

SignalrTransport
signalr_line_get_transport (SignalrLine *self)
{
  return SIGNALR_TRANSPORT_WEB_SOCKETS;
}
