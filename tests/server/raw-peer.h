/* raw-peer.h: a client that says exactly what a test tells it to
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One TCP connection, with TLS where its address says so. Everything that waits iterates the main context, where the
 * server runs too, and fails the test after 20 s.
 */
typedef struct {
  GSocketConnection *connection;
  GSocket           *socket;
  GIOStream         *stream;       /* over the connection, or the connection */
  GByteArray        *input;
  gboolean           ended;        /* nothing comes any more */
  guint              close_code;   /* of the close frame that came; 0 for none */
  char              *close_reason;
} RawPeer;

typedef struct {
  guint  status;
  char  *head;
  char  *body;
} RawAnswer;

#define RAW_TEXT 1
#define RAW_BINARY 2
#define RAW_CLOSE 8
#define RAW_PING 9
#define RAW_PONG 10

RawPeer   *raw_peer_new         (const char  *uri);
void       raw_peer_free        (RawPeer     *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawPeer, raw_peer_free)

void       raw_answer_free      (RawAnswer   *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawAnswer, raw_answer_free)

void       raw_peer_send        (RawPeer     *peer,
                                 const void  *data,
                                 gssize       length);
/* @headers: lines with their ends, or NULL. */
RawAnswer *raw_peer_request     (RawPeer     *peer,
                                 const char  *method,
                                 const char  *target,
                                 const char  *headers,
                                 const char  *body);
RawAnswer *raw_peer_read_answer (RawPeer     *peer);
/* The same without its body, which comes in chunks; NULL is the last. */
RawAnswer *raw_peer_read_head   (RawPeer     *peer);
char      *raw_peer_read_chunk  (RawPeer     *peer);
/* Only sends it. */
void       raw_peer_ask         (RawPeer     *peer,
                                 const char  *method,
                                 const char  *target,
                                 const char  *headers,
                                 const char  *body);
/* One request on a connection of its own. */
RawAnswer *raw_request          (const char  *uri,
                                 const char  *method,
                                 const char  *target,
                                 const char  *headers,
                                 const char  *body);

/* Asks for a WebSocket; returns the status. */
guint      raw_peer_upgrade     (RawPeer     *peer,
                                 const char  *target,
                                 const char  *headers);
RawPeer   *raw_peer_new_socket  (const char  *uri,
                                 const char  *target);
void       raw_peer_send_frame  (RawPeer     *peer,
                                 guint        first_byte,
                                 gboolean     mask,
                                 const void  *payload,
                                 gsize        length);
void       raw_peer_send_text   (RawPeer     *peer,
                                 const char  *text);
/* The next message of the server, or NULL where the socket has closed. */
char      *raw_peer_read_text   (RawPeer     *peer);
/* Whether nothing has come that has not been read. */
gboolean   raw_peer_is_silent   (RawPeer     *peer);
void       raw_peer_wait_end    (RawPeer     *peer);
/* Whether it has ended by now; what came is kept. */
gboolean   raw_peer_is_ended    (RawPeer     *peer);

#define raw_peer_assert_text(peer, expected) \
  G_STMT_START { \
    g_autofree char *_text = raw_peer_read_text (peer); \
    g_assert_cmpstr (_text, ==, expected); \
  } G_STMT_END

#define raw_peer_assert_chunk(peer, expected) \
  G_STMT_START { \
    g_autofree char *_text = raw_peer_read_chunk (peer); \
    g_assert_cmpstr (_text, ==, expected); \
  } G_STMT_END

#define raw_wait_until(condition) \
  G_STMT_START { \
    gint64 _end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, _end); \
        g_main_context_iteration (NULL, FALSE); \
      } \
  } G_STMT_END

/* Lets everything happen that is ready to happen. */
void       raw_settle           (void);

G_END_DECLS
