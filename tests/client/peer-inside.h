/* peer-inside.h: what the files of a peer share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "peer.h"

G_BEGIN_DECLS

#define SEPARATOR "\x1e"

/* peer-hub.c */
void     peer_answer         (SoupServerMessage       *message,
                              const char              *type,
                              const char              *text);
/* With all that waits, the poll that waits. */
void     peer_answer_poll    (Peer                    *peer);
void     peer_send_on_socket (Peer                    *peer,
                              const char              *text);
void     peer_send_shutdown  (Peer                    *peer);
/* Whether it goes, with the answer that it gives now. */
gboolean peer_is_dying       (Peer                    *peer);
/* What the client says; its answer is (transfer full) (nullable), or sent. */
char    *peer_take_record    (Peer                    *peer,
                              const char              *text);
void     peer_take_records   (Peer                    *peer,
                              const char              *text);
void     peer_take_message   (SoupWebsocketConnection *socket,
                              int                      type,
                              GBytes                  *message,
                              gpointer                 user_data);

G_END_DECLS
