/* chat-test.h: a server, a link and clients for the tests of the chat
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <chat/server/tertulia-chat-hub.h>
#include <chat/tertulia-session.h>
#include <link/link-simulator.h>

G_BEGIN_DECLS

/* Iterates the main context until @condition; a safety net ends a test that hangs. */
#define chat_test_wait(condition) G_STMT_START { \
  gint64 wait_until = g_get_monotonic_time () + 30 * (gint64) G_USEC_PER_SEC; \
  g_autoptr (GSource) wait_net = chat_test_net_new (); \
  while (!(condition)) \
    { \
      g_main_context_iteration (NULL, TRUE); \
      if (g_get_monotonic_time () > wait_until) \
        g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
    } \
  g_source_destroy (wait_net); \
} G_STMT_END

GSource *chat_test_net_new (void);

/* Everything that is ready is dispatched. */
void     chat_test_settle  (void);

typedef struct {
  SignalrServer   *server;
  TertuliaChatHub *hub;
  LinkSimulator   *link;
  guint            port;      /* of the server itself */
  char            *folder;    /* what it keeps: key and history */
  char            *history;
  char            *redis;     /* NULL where it is alone */
} ChatServer;

/* KeepAlive and disconnect timeout as short as the rules allow: 2 and 6 s. */
ChatServer        *chat_server_new     (void);
/* One chat with all others at that Redis. */
ChatServer        *chat_server_new_shared (const char    *redis);
void               chat_server_stop    (ChatServer       *self);
/* At the same port, with the same key: the server again, in a new process. Its
 * history is the same, unless it is to have lost it.
 */
void               chat_server_restart (ChatServer       *self,
                                        gboolean          history_is_lost);
void               chat_server_free    (ChatServer       *self);
char              *chat_server_get_url (ChatServer       *self,
                                        const char       *path);
/* ... through the link. */
char              *chat_server_get_link_url (ChatServer  *self,
                                             const char  *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatServer, chat_server_free)

/* A client that knows nothing of Tertulia: it writes down what it hears. */
typedef struct {
  SignalrConnection *connection;
  SignalrHubProxy   *hub;
  GPtrArray         *heard;     /* "method [args]", as it came */
  gboolean           ended;
} ChatClient;

ChatClient *chat_client_new    (const char *url);
/* The server knows the client by @token as its name. */
ChatClient *chat_client_new_with_token (const char *url,
                                        const char *token);
void        chat_client_free   (ChatClient *self);
/* Calls and waits for the answer, as JSON text; an error as "! message". */
char       *chat_client_call   (ChatClient *self,
                                const char *method,
                                const char *args);
void        chat_client_stop   (ChatClient *self);
guint       chat_client_count  (ChatClient *self,
                                const char *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatClient, chat_client_free)

/* What is in a room, "author: text" for each row. */
char       *chat_test_read_room (TertuliaRoom *room,
                                 gboolean      with_notices);

G_END_DECLS
