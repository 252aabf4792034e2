/* server-key-private.h: texts that only this server, or one with the same key, can have made
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SIGNALR_SERVER_KEY_SIZE 32

typedef struct {
  guint8 bytes[SIGNALR_SERVER_KEY_SIZE];
} SignalrServerKey;

void      signalr_server_key_init_random (SignalrServerKey        *self);
gboolean  signalr_server_key_load        (SignalrServerKey        *self,
                                          const char              *path,
                                          GError                 **error);

char     *signalr_server_key_sign        (const SignalrServerKey  *self,
                                          const char              *purpose,
                                          const char              *text);
char     *signalr_server_key_verify      (const SignalrServerKey  *self,
                                          const char              *purpose,
                                          const char              *token);

/* @size random bytes as base64url without padding. */
char     *signalr_random_id              (gsize                    size);

G_END_DECLS
