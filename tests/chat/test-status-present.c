/* test-status-present.c: what is shown when, on a clock of numbers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/tertulia-status.h>

#define S ((gint64) G_USEC_PER_SEC)
#define MS (S / 1000)
#define NEVER G_MAXINT64

#define DISCONNECTED SIGNALR_CONNECTION_STATE_DISCONNECTED
#define CONNECTING   SIGNALR_CONNECTION_STATE_CONNECTING
#define CONNECTED    SIGNALR_CONNECTION_STATE_CONNECTED
#define RECONNECTING SIGNALR_CONNECTION_STATE_RECONNECTING
#define SLOW         SIGNALR_QUALITY_SLOW
#define STOPPED      SIGNALR_DISCONNECT_REASON_STOPPED
#define TIMEOUT      SIGNALR_DISCONNECT_REASON_TIMEOUT
#define FAILED       SIGNALR_DISCONNECT_REASON_FAILED

#define OK_NETWORK .network_available = TRUE

/* Everything happens in the second 1000 of the clock. */
#define T (1000 * S)

typedef struct {
  const char          *what;
  TertuliaStatusFacts  facts;
  gint64               now;
  TertuliaStatusKind   kind;
  TertuliaStatusButton button;
  guint                seconds;
  gint64               next;
  gint64               next_second;
  int                  code;        /* of the error, plus 1 */
} Row;

#define ERROR(code_) .code = SIGNALR_ERROR_ ## code_ + 1

static const Row rows[] = {
  { "nobody wanted a connection yet",
    { OK_NETWORK, .state = DISCONNECTED }, T,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },

  /* The first start. */
  { "connecting: nothing for three seconds",
    { OK_NETWORK, .state = CONNECTING, .started = TRUE, .connecting_since = T }, T + 2999 * MS,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, T + 3 * S, NEVER },
  { "still connecting",
    { OK_NETWORK, .state = CONNECTING, .started = TRUE, .connecting_since = T }, T + 3 * S,
    TERTULIA_STATUS_CONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },
  { "the first try failed, the next is near: still silent",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED,
      .waiting_since = T + S, .retry_at = T + 2 * S }, T + S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, T + 3 * S, NEVER, ERROR (REFUSED) },
  { "the first try failed, the next is far",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED,
      .waiting_since = T + S, .retry_at = T + 6 * S }, T + S,
    TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW, 5, NEVER, T + 2 * S, ERROR (REFUSED) },
  { "connected before it was noticed",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .connecting_since = T }, T + S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },
  { "a banner that has just come stays for a second",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .connecting_since = T,
      .was_shown = TRUE, .shown_at = T + 3 * S }, T + 3100 * MS,
    TERTULIA_STATUS_CONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 4 * S, NEVER },
  { "... and no longer",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .connecting_since = T,
      .was_shown = TRUE, .shown_at = T + 3 * S }, T + 4 * S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },

  /* Slow. */
  { "slow: at once, with the silence in whole seconds",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .quality = SLOW, .last_received = T },
    T + 13333 * MS,
    TERTULIA_STATUS_SLOW, TERTULIA_STATUS_BUTTON_TRY_NOW, 13, NEVER, T + 14 * S },
  { "slow with a very short timeout: never 0 seconds",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .quality = SLOW, .last_received = T },
    T + 200 * MS,
    TERTULIA_STATUS_SLOW, TERTULIA_STATUS_BUTTON_TRY_NOW, 1, NEVER, T + 2 * S },
  { "recovered: gone at once",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .was_shown = TRUE, .last_received = T },
    T + S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },

  /* Lost. */
  { "lost: a silent try",
    { OK_NETWORK, .state = RECONNECTING, .started = TRUE, .lost_at = T }, T + 2999 * MS,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, T + 3 * S, NEVER },
  { "lost: told after three seconds",
    { OK_NETWORK, .state = RECONNECTING, .started = TRUE, .lost_at = T }, T + 3 * S,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },
  { "lost after slow was shown: told at once",
    { OK_NETWORK, .state = RECONNECTING, .started = TRUE, .lost_at = T, .was_shown = TRUE }, T,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },
  { "a new start counts from the loss, not from itself",
    { OK_NETWORK, .state = CONNECTING, .started = TRUE, .lost_at = T, .connecting_since = T + 2 * S },
    T + 3 * S,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },

  /* Back. */
  { "back, and a banner was shown",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .was_shown = TRUE, .recovered_at = T },
    T + 2999 * MS,
    TERTULIA_STATUS_RECONNECTED, TERTULIA_STATUS_BUTTON_NONE, 0, T + 3 * S, NEVER },
  { "... for three seconds",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .was_shown = TRUE, .recovered_at = T },
    T + 3 * S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },
  { "back, and nothing was shown: nothing is said",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .recovered_at = T }, T,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },
  { "slow outranks reconnected",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .was_shown = TRUE, .recovered_at = T,
      .quality = SLOW, .last_received = T - 5 * S }, T,
    TERTULIA_STATUS_SLOW, TERTULIA_STATUS_BUTTON_TRY_NOW, 5, NEVER, T + S },

  /* Waiting for the next try. */
  { "a countdown, rounded up",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 8 * S }, T + 100 * MS,
    TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW, 8, NEVER, T + S, ERROR (TIMED_OUT) },
  { "... that goes on below four seconds",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 8 * S }, T + 6 * S,
    TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW, 2, NEVER, T + 7 * S, ERROR (TIMED_OUT) },
  { "... to the last second",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 8 * S }, T + 7 * S,
    TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW, 1, NEVER, NEVER, ERROR (TIMED_OUT) },
  { "... and never says 0",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 8 * S }, T + 9 * S,
    TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW, 1, NEVER, NEVER, ERROR (TIMED_OUT) },
  { "a wait below four seconds is not counted, but told at once",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 3999 * MS }, T,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER, ERROR (TIMED_OUT) },

  /* Try Now. */
  { "pressed while waiting",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 8 * S, .pressed_at = T + S, .was_shown = TRUE },
    T + 1499 * MS,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 1500 * MS, NEVER,
    ERROR (TIMED_OUT) },
  { "pressed while it is slow",
    { OK_NETWORK, .state = CONNECTED, .started = TRUE, .quality = SLOW, .last_received = T - 14 * S,
      .pressed_at = T, .was_shown = TRUE }, T,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 500 * MS, NEVER },
  { "pressed during the first start",
    { OK_NETWORK, .state = CONNECTING, .started = TRUE, .connecting_since = T, .pressed_at = T + S,
      .was_shown = TRUE }, T + S,
    TERTULIA_STATUS_CONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 1500 * MS, NEVER },

  /* Ended, and nobody tries by themselves. */
  { "by the user",
    { OK_NETWORK, .state = DISCONNECTED, .connecting_since = T, .reason = STOPPED }, T,
    TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT, 0, NEVER, NEVER },
  { "given up",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .lost_at = T,
      .reason = TIMEOUT }, T,
    TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT, 0, NEVER, NEVER,
    ERROR (TIMED_OUT) },
  { "nobody there, and no retry wanted",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT, 0, NEVER, NEVER, ERROR (REFUSED) },
  { "401",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_SIGNED_OUT, TERTULIA_STATUS_BUTTON_SIGN_IN, 0, NEVER, NEVER, ERROR (UNAUTHORIZED) },
  { "403, although there is no network now",
    { .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED,
      .network_since = T - 60 * S }, T,
    TERTULIA_STATUS_SIGNED_OUT, TERTULIA_STATUS_BUTTON_SIGN_IN, 0, NEVER, NEVER, ERROR (FORBIDDEN) },
  { "a certificate that is not trusted",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_CERTIFICATE, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (TLS) },
  { "404",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (NOT_FOUND) },
  { "not SignalR",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (NOT_SIGNALR) },
  { "another protocol",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (PROTOCOL) },
  { "something that cannot be understood",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (INVALID_DATA) },
  { "a hub that refuses",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER, ERROR (HUB) },
  { "closed by the server before it began",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .reason = FAILED }, T,
    TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS, 0, NEVER, NEVER,
    ERROR (CLOSED_BY_SERVER) },
  { "closed by the server, which may be there again soon",
    { OK_NETWORK, .state = DISCONNECTED, .started = TRUE, .connecting_since = T, .lost_at = T,
      .reason = SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER }, T,
    TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT, 0, NEVER, NEVER,
    ERROR (CLOSED_BY_SERVER) },

  /* What the system says of the network. */
  { "no network: a second of patience",
    { .state = RECONNECTING, .started = TRUE, .lost_at = T - 10 * S, .was_shown = TRUE,
      .network_since = T }, T + 999 * MS,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + S, NEVER },
  { "no network",
    { .state = RECONNECTING, .started = TRUE, .lost_at = T, .network_since = T }, T + S,
    TERTULIA_STATUS_OFFLINE, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },
  { "no network outranks waiting: no countdown",
    { .state = DISCONNECTED, .started = TRUE, .lost_at = T - 30 * S, .reason = TIMEOUT,
      .waiting_since = T, .retry_at = T + 30 * S, .network_since = T - 30 * S }, T,
    TERTULIA_STATUS_OFFLINE, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER, ERROR (UNREACHABLE) },
  { "no network, but the connection works: nothing is said",
    { .state = CONNECTED, .started = TRUE, .network_since = T - 60 * S }, T,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, NEVER, NEVER },
  { "no network just after waking: five seconds of patience",
    { .state = RECONNECTING, .started = TRUE, .lost_at = T, .was_shown = TRUE,
      .resumed_at = T, .network_since = T + S }, T + 5999 * MS,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 6 * S, NEVER },
  { "... and no more",
    { .state = RECONNECTING, .started = TRUE, .lost_at = T, .was_shown = TRUE,
      .resumed_at = T, .network_since = T + S }, T + 6 * S,
    TERTULIA_STATUS_OFFLINE, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, NEVER, NEVER },
  { "Try Now without a network does something visible",
    { .state = RECONNECTING, .started = TRUE, .lost_at = T, .was_shown = TRUE,
      .network_since = T, .pressed_at = T + 20 * S }, T + 20 * S,
    TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 20500 * MS, NEVER },
  { "a portal, not yet",
    { OK_NETWORK, .network_portal = TRUE, .network_since = T, .state = CONNECTING, .started = TRUE,
      .connecting_since = T, .was_shown = TRUE }, T + 1999 * MS,
    TERTULIA_STATUS_CONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW, 0, T + 2 * S, NEVER, ERROR (TLS) },
  { "a portal",
    { OK_NETWORK, .network_portal = TRUE, .network_since = T, .state = CONNECTING, .started = TRUE,
      .connecting_since = T }, T + 2 * S,
    TERTULIA_STATUS_PORTAL, TERTULIA_STATUS_BUTTON_OPEN_PORTAL, 0, NEVER, NEVER, ERROR (UNREACHABLE) },
  { "a portal, but no try has failed yet",
    { OK_NETWORK, .network_portal = TRUE, .network_since = T, .state = CONNECTING, .started = TRUE,
      .connecting_since = T + S }, T + 3 * S,
    TERTULIA_STATUS_NOTHING, TERTULIA_STATUS_BUTTON_NONE, 0, T + 4 * S, NEVER },
  { "a portal outranks no network",
    { .network_portal = TRUE, .network_since = T, .state = RECONNECTING, .started = TRUE,
      .lost_at = T }, T + 2 * S,
    TERTULIA_STATUS_PORTAL, TERTULIA_STATUS_BUTTON_OPEN_PORTAL, 0, NEVER, NEVER, ERROR (UNREACHABLE) },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  TertuliaStatusFacts facts = row->facts;
  TertuliaPresentation shown;
  g_autoptr (GError) error = NULL;

  if (row->code != 0)
    error = g_error_new_literal (SIGNALR_ERROR, row->code - 1, "Because");
  facts.error = error;

  tertulia_status_present (&facts, row->now, &shown);

  g_assert_cmpint (shown.kind, ==, row->kind);
  g_assert_cmpint (shown.button, ==, row->button);
  g_assert_cmpuint (shown.seconds, ==, row->seconds);
  g_assert_cmpint (shown.next, ==, row->next);
  g_assert_cmpint (shown.next_second, ==, row->next_second);
}

/* However often one tries and waits, the loss is shown from its third second on. */
static void
test_oscillation (void)
{
  TertuliaStatusFacts facts = { OK_NETWORK, .started = TRUE, .lost_at = T };
  TertuliaPresentation shown;

  for (gint64 now = T; now < T + 10 * S; now += 50 * MS)
    {
      facts.state = now / (500 * MS) % 2 == 0 ? CONNECTING : RECONNECTING;
      tertulia_status_present (&facts, now, &shown);
      g_assert_cmpint (shown.kind, ==, now < T + 3 * S ? TERTULIA_STATUS_NOTHING
                                                       : TERTULIA_STATUS_RECONNECTING);
    }
}

/* What is asked again at `next` has changed by then, and not before. */
static void
test_next_is_exact (gconstpointer data)
{
  const Row *row = data;
  TertuliaStatusFacts facts = row->facts;
  TertuliaPresentation shown, just_before, then;
  g_autoptr (GError) error = NULL;

  if (row->code != 0)
    error = g_error_new_literal (SIGNALR_ERROR, row->code - 1, "Because");
  facts.error = error;

  tertulia_status_present (&facts, row->now, &shown);

  g_assert_cmpint (shown.next, >, row->now);
  tertulia_status_present (&facts, shown.next - 1, &just_before);
  g_assert_cmpint (just_before.kind, ==, shown.kind);
  g_assert_cmpint (just_before.button_sensitive, ==, shown.button_sensitive);

  tertulia_status_present (&facts, shown.next, &then);
  g_assert_true (then.kind != shown.kind || then.button_sensitive != shown.button_sensitive);
}

static void
test_button_rests_for_half_a_second (void)
{
  TertuliaStatusFacts facts = {
    OK_NETWORK, .state = RECONNECTING, .started = TRUE, .lost_at = T - 10 * S, .was_shown = TRUE,
    .pressed_at = T,
  };
  TertuliaPresentation shown;

  tertulia_status_present (&facts, T, &shown);
  g_assert_false (shown.button_sensitive);
  tertulia_status_present (&facts, T + 499 * MS, &shown);
  g_assert_false (shown.button_sensitive);
  tertulia_status_present (&facts, T + 500 * MS, &shown);
  g_assert_true (shown.button_sensitive);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/status/present/%02zu %s", i, rows[i].what);
      g_autofree char *next = g_strdup_printf ("/status/next/%02zu %s", i, rows[i].what);

      g_test_add_data_func (path, &rows[i], test_row);
      if (rows[i].next != NEVER)
        g_test_add_data_func (next, &rows[i], test_next_is_exact);
    }
  g_test_add_func ("/status/oscillation", test_oscillation);
  g_test_add_func ("/status/button-rests", test_button_rests_for_half_a_second);

  return g_test_run ();
}
