/* server-admission-private.h: who may come in, and for how long without a word
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "idle-input-private.h"
#include "server-host-private.h"

G_BEGIN_DECLS

/* One accepted connection. It counts until the last reference is gone. */
#define SIGNALR_TYPE_ADMISSION (signalr_admission_get_type ())
G_DECLARE_FINAL_TYPE (SignalrAdmission, signalr_admission, SIGNALR, ADMISSION, GObject)

/* NULL where there is no room. @address is its remote address. */
SignalrAdmission *signalr_admission_new     (SignalrDoor       *door,
                                             SignalrLoop       *loop,
                                             GSocket           *socket,
                                             GSocketAddress    *address);
/* The connection is shut down unless something is done in this time (µs). */
void              signalr_admission_expect  (SignalrAdmission  *self,
                                             gint64             within);
/* @input: what the client says comes through it */
void              signalr_admission_listen  (SignalrAdmission  *self,
                                             SignalrIdleInput  *input);
void              signalr_admission_set_idle (SignalrAdmission *self,
                                             gboolean           idle);
/* It has another socket now, at @address. */
void              signalr_admission_move    (SignalrAdmission  *self,
                                             GSocket           *socket,
                                             GSocketAddress    *address);
void              signalr_admission_set     (SignalrAdmission  *self,
                                             GSocketAddress    *address);
SignalrAdmission *signalr_admission_get     (SoupServerMessage *message);
/* Of whom it is, as the door knows them. */
const char       *signalr_admission_get_address (SignalrAdmission *self);
/* A descriptor of the caller's own, or -1. */
int               signalr_admission_dup_fd  (SignalrAdmission  *self);

G_END_DECLS
