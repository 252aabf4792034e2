/* tertulia-status-present.c: what is shown, decided from facts and the time
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-status.h"

#define MS (G_USEC_PER_SEC / 1000)

/* Slow to show, immediate to hide: most losses are over before anybody would
 * have noticed, and a banner that flaps is worse than none.
 */
#define GRACE             (3000 * MS)  /* a silent try */
#define SHOWN_AT_LEAST    (1000 * MS)
#define RECONNECTED_SHOWN (3000 * MS)
#define COUNTDOWN_FROM    (4000 * MS)  /* a shorter wait is not worth counting */
#define PRESSED           (500 * MS)
#define OFFLINE_AFTER     (1000 * MS)
#define OFFLINE_RESUMED   (5000 * MS)  /* the network of a computer just woken takes a while */
#define JUST_RESUMED      (10000 * MS)
#define PORTAL_AFTER      (2000 * MS)

static void
show (TertuliaPresentation *presentation,
      TertuliaStatusKind    kind,
      TertuliaStatusButton  button)
{
  presentation->kind = kind;
  presentation->button = button;
}

/* Whether @at has come; if not, it is a time to ask again. */
static gboolean
has_come (TertuliaPresentation *presentation,
          gint64                at,
          gint64                now)
{
  if (now >= at)
    return TRUE;

  presentation->next = MIN (presentation->next, at);

  return FALSE;
}

static gboolean
just_pressed (const TertuliaStatusFacts *facts,
              gint64                     now)
{
  return facts->pressed_at != 0 && now < facts->pressed_at + PRESSED;
}

/* Why it has ended, where trying again by oneself would be of no use. */
static void
present_error (const TertuliaStatusFacts *facts,
               TertuliaPresentation      *presentation)
{
  int code = facts->error != NULL && facts->error->domain == SIGNALR_ERROR ? facts->error->code : -1;

  switch (code)
    {
    case SIGNALR_ERROR_UNAUTHORIZED:
    case SIGNALR_ERROR_FORBIDDEN:
      show (presentation, TERTULIA_STATUS_SIGNED_OUT, TERTULIA_STATUS_BUTTON_SIGN_IN);
      break;

    case SIGNALR_ERROR_TLS:
      show (presentation, TERTULIA_STATUS_CERTIFICATE, TERTULIA_STATUS_BUTTON_DETAILS);
      break;

    case SIGNALR_ERROR_NOT_FOUND:
    case SIGNALR_ERROR_NOT_SIGNALR:
    case SIGNALR_ERROR_PROTOCOL:
    case SIGNALR_ERROR_INVALID_DATA:
    case SIGNALR_ERROR_HUB:
      show (presentation, TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS);
      break;

    case SIGNALR_ERROR_CLOSED_BY_SERVER:
      /* A connection that was there had been accepted: it may be again. */
      if (facts->reason == SIGNALR_DISCONNECT_REASON_FAILED)
        show (presentation, TERTULIA_STATUS_REFUSED, TERTULIA_STATUS_BUTTON_DETAILS);
      else
        show (presentation, TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT);
      break;

    default:
      show (presentation, TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT);
      break;
    }
}

/* It has ended, and nobody will try again by themselves. */
static gboolean
present_ended (const TertuliaStatusFacts *facts,
               TertuliaPresentation      *presentation)
{
  if (facts->state != SIGNALR_CONNECTION_STATE_DISCONNECTED || facts->retry_at != 0)
    return FALSE;

  if (!facts->started)
    {
      if (facts->connecting_since != 0)
        show (presentation, TERTULIA_STATUS_DISCONNECTED, TERTULIA_STATUS_BUTTON_RECONNECT);
      return TRUE;
    }

  if (facts->error == NULL && facts->reason == SIGNALR_DISCONNECT_REASON_STOPPED)
    return FALSE;

  present_error (facts, presentation);

  return TRUE;
}

/* What the system says of the network: a hint, and only about a connection that
 * does not work.
 */
static gboolean
present_network (const TertuliaStatusFacts *facts,
                 gint64                     now,
                 TertuliaPresentation      *presentation)
{
  if (facts->network_portal && facts->error != NULL &&
      has_come (presentation, facts->network_since + PORTAL_AFTER, now))
    {
      show (presentation, TERTULIA_STATUS_PORTAL, TERTULIA_STATUS_BUTTON_OPEN_PORTAL);
      return TRUE;
    }

  if (!facts->network_available && !just_pressed (facts, now))
    {
      gboolean resumed = facts->resumed_at != 0 &&
                         facts->network_since < facts->resumed_at + JUST_RESUMED;

      if (has_come (presentation,
                    facts->network_since + (resumed ? OFFLINE_RESUMED : OFFLINE_AFTER), now))
        {
          show (presentation, TERTULIA_STATUS_OFFLINE, TERTULIA_STATUS_BUTTON_TRY_NOW);
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
present_waiting (const TertuliaStatusFacts *facts,
                 gint64                     now,
                 TertuliaPresentation      *presentation)
{
  gint64 left = facts->retry_at - now;

  if (facts->retry_at == 0 || just_pressed (facts, now) ||
      facts->retry_at - facts->waiting_since < COUNTDOWN_FROM)
    return FALSE;

  show (presentation, TERTULIA_STATUS_WAITING, TERTULIA_STATUS_BUTTON_TRY_NOW);

  /* Rounded up, and never 0: at 0 the try is under way. */
  presentation->seconds = left > 0 ? (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 1;
  if (presentation->seconds > 1)
    presentation->next_second =
      facts->retry_at - (gint64) (presentation->seconds - 1) * G_USEC_PER_SEC;

  return TRUE;
}

static void
present_trying (const TertuliaStatusFacts *facts,
                gint64                     now,
                TertuliaPresentation      *presentation)
{
  gboolean lost = facts->lost_at != 0;
  /* A loss is counted from when it began, whatever has been tried since. */
  gint64 since = lost ? facts->lost_at : facts->connecting_since;

  if (facts->was_shown || just_pressed (facts, now) ||
      (lost && facts->retry_at != 0) ||
      has_come (presentation, since + GRACE, now))
    show (presentation,
          lost ? TERTULIA_STATUS_RECONNECTING : TERTULIA_STATUS_CONNECTING,
          TERTULIA_STATUS_BUTTON_TRY_NOW);
}

static void
present_connected (const TertuliaStatusFacts *facts,
                   gint64                     now,
                   TertuliaPresentation      *presentation)
{
  if (facts->quality == SIGNALR_QUALITY_SLOW && just_pressed (facts, now))
    {
      show (presentation, TERTULIA_STATUS_RECONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW);
    }
  else if (facts->quality == SIGNALR_QUALITY_SLOW)
    {
      guint silent = MAX (0, now - facts->last_received) / G_USEC_PER_SEC;

      show (presentation, TERTULIA_STATUS_SLOW, TERTULIA_STATUS_BUTTON_TRY_NOW);
      presentation->seconds = MAX (1, silent);
      presentation->next_second =
        facts->last_received + (gint64) (presentation->seconds + 1) * G_USEC_PER_SEC;
    }
  else if (facts->was_shown && facts->recovered_at != 0)
    {
      if (!has_come (presentation, facts->recovered_at + RECONNECTED_SHOWN, now))
        show (presentation, TERTULIA_STATUS_RECONNECTED, TERTULIA_STATUS_BUTTON_NONE);
    }
  else if (facts->was_shown)
    {
      if (!has_come (presentation, facts->shown_at + SHOWN_AT_LEAST, now))
        show (presentation, TERTULIA_STATUS_CONNECTING, TERTULIA_STATUS_BUTTON_TRY_NOW);
    }
}

/**
 * tertulia_status_present:
 * @facts: all that is known
 * @now: µs on the monotonic clock
 * @presentation: (out caller-allocates): what to show
 *
 * The one place that decides what the window says of a connection. Pure.
 */
void
tertulia_status_present (const TertuliaStatusFacts *facts,
                         gint64                     now,
                         TertuliaPresentation      *presentation)
{
  *presentation = (TertuliaPresentation) {
    .kind = TERTULIA_STATUS_NOTHING,
    .button = TERTULIA_STATUS_BUTTON_NONE,
    .next = G_MAXINT64,
    .next_second = G_MAXINT64,
  };

  switch (facts->state)
    {
    case SIGNALR_CONNECTION_STATE_CONNECTED:
      present_connected (facts, now, presentation);
      break;

    case SIGNALR_CONNECTION_STATE_DISCONNECTING:
      break;

    case SIGNALR_CONNECTION_STATE_DISCONNECTED:
    case SIGNALR_CONNECTION_STATE_CONNECTING:
    case SIGNALR_CONNECTION_STATE_RECONNECTING:
    default:
      if (!present_ended (facts, presentation) &&
          !present_network (facts, now, presentation) &&
          !present_waiting (facts, now, presentation))
        present_trying (facts, now, presentation);
      break;
    }

  presentation->button_sensitive = facts->pressed_at == 0 ||
                                   has_come (presentation, facts->pressed_at + PRESSED, now);
}
