/* server-fixture.h: a server with a hub, on a clock that stands still
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "raw-peer.h"
#include "test-hub.h"

G_BEGIN_DECLS

typedef struct {
  SignalrServer *server;
  TestHub       *hub;
  const char    *uri;
} ServerFixture;

/* g_test_init (), and the end where there is no TLS that there should be. */
void   server_test_init         (int           *argc,
                                 char        ***argv);

/* TestHub at /signalr (classic) and /hub (ASP.NET Core), both at /both. With TLS where
 * SIGNALR_TEST_TLS is in the environment.
 */
void   server_fixture_set_up    (ServerFixture *fixture,
                                 gconstpointer  data);
void   server_fixture_tear_down (ServerFixture *fixture,
                                 gconstpointer  data);
/* The same in steps: set what the test wants between them. */
void   server_fixture_begin     (ServerFixture *fixture);
void   server_fixture_listen    (ServerFixture *fixture);

/* Adds to the server's clock, and lets happen what that brings. */
void   server_fixture_advance   (ServerFixture *fixture,
                                 double         seconds);

/* Classic. Parameters behind the path: transport, version, hubs and token. */
char  *aspnet_negotiate         (ServerFixture *fixture);
char  *aspnet_target            (const char    *verb,
                                 const char    *token,
                                 const char    *more);
/* Connected and started; the `S:1` has been read. */
RawPeer *aspnet_connect         (ServerFixture *fixture,
                                 const char    *token);
/* The cursor of an envelope. */
char  *aspnet_cursor            (const char    *envelope);
/* The next envelope: what follows its cursor. */
void   aspnet_assert_envelope   (RawPeer       *peer,
                                 const char    *rest);
/* Which that is, where the hub's clients are told @text, a string constant. */
#define ASPNET_MESSAGE(text) "\"M\":[{\"H\":\"TestHub\",\"M\":\"message\",\"A\":[\"" text "\"]}]}"

/* ASP.NET Core: connected and its handshake done. */
RawPeer *aspnetcore_connect     (ServerFixture *fixture);
/* The next record but pings, without its RS; NULL where the socket has closed. */
char  *aspnetcore_read          (RawPeer       *peer);
void   aspnetcore_send          (RawPeer       *peer,
                                 const char    *record);

#define aspnetcore_assert_record(peer, expected) \
  G_STMT_START { \
    g_autofree char *_record = aspnetcore_read (peer); \
    g_assert_cmpstr (_record, ==, expected); \
  } G_STMT_END

G_END_DECLS
