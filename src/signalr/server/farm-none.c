/* farm-none.c: where hiredis or msgpack-c is not there
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "farm-private.h"

#include "signalr-error.h"

SignalrFarm *
signalr_farm_new (const char       *uri,
                  SignalrFarmFunc   changed,
                  gpointer          user_data,
                  GError          **error)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND,
                       "This library was built without Redis");

  return NULL;
}

void
signalr_farm_free (SignalrFarm *self)
{
  g_return_if_reached ();
}

gboolean
signalr_farm_start (SignalrFarm  *self,
                    SignalrHost  *host,
                    GError      **error)
{
  g_return_val_if_reached (FALSE);
}

void
signalr_farm_stop (SignalrFarm *self)
{
  g_return_if_reached ();
}

void
signalr_farm_tell (SignalrFarm *self,
                   SignalrHub  *hub,
                   JsonNode    *value,
                   GTask       *task)
{
  g_return_if_reached ();
}
