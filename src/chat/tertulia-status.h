/* tertulia-status.h: what the window shows of a connection, decided by one pure function
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

/* What the one banner says. In the order of priority of ux.md 3.3. */
typedef enum {
  TERTULIA_STATUS_NOTHING,
  TERTULIA_STATUS_RECONNECTED,
  TERTULIA_STATUS_SLOW,              /* seconds: how long without an answer */
  TERTULIA_STATUS_CONNECTING,
  TERTULIA_STATUS_RECONNECTING,
  TERTULIA_STATUS_WAITING,           /* seconds: until the next try */
  TERTULIA_STATUS_OFFLINE,
  TERTULIA_STATUS_PORTAL,
  TERTULIA_STATUS_DISCONNECTED,      /* no retry, or by the user */
  TERTULIA_STATUS_REFUSED,
  TERTULIA_STATUS_CERTIFICATE,
  TERTULIA_STATUS_SIGNED_OUT,
} TertuliaStatusKind;

#define TERTULIA_TYPE_STATUS_KIND (tertulia_status_kind_get_type ())
GType tertulia_status_kind_get_type (void);

typedef enum {
  TERTULIA_STATUS_BUTTON_NONE,
  TERTULIA_STATUS_BUTTON_TRY_NOW,
  TERTULIA_STATUS_BUTTON_RECONNECT,
  TERTULIA_STATUS_BUTTON_SIGN_IN,
  TERTULIA_STATUS_BUTTON_OPEN_PORTAL,
  TERTULIA_STATUS_BUTTON_DETAILS,
} TertuliaStatusButton;

#define TERTULIA_TYPE_STATUS_BUTTON (tertulia_status_button_get_type ())
GType tertulia_status_button_get_type (void);

/* The two facts apart: what the system says of the network, and what the
 * connection says of itself; with when it happened. Times are µs on the
 * monotonic clock, 0 for never.
 */
typedef struct {
  gboolean                network_available;
  gboolean                network_portal;
  gint64                  network_since;      /* of the two above */
  gint64                  resumed_at;         /* the computer woke up */

  SignalrConnectionState  state;
  SignalrQuality          quality;
  gboolean                started;            /* the user wants a connection */
  gint64                  connecting_since;   /* the start, once for all its tries */
  gint64                  lost_at;            /* cumulative downtime: stamped once */
  gint64                  last_received;
  gint64                  recovered_at;       /* connected again after a loss */
  gint64                  waiting_since;      /* the wait that ends at retry_at */
  gint64                  retry_at;
  gint64                  pressed_at;         /* Try Now */
  gboolean                was_shown;          /* a banner about the loss was shown */
  gint64                  shown_at;           /* since when, if it is about the first start */
  const GError           *error;              /* why, of SIGNALR_ERROR */
  SignalrDisconnectReason reason;
} TertuliaStatusFacts;

typedef struct {
  TertuliaStatusKind      kind;
  TertuliaStatusButton    button;
  gboolean                button_sensitive;
  guint                   seconds;
  gint64                  next;               /* when it must be asked again, or G_MAXINT64 */
  gint64                  next_second;        /* when only the seconds change, or G_MAXINT64 */
} TertuliaPresentation;

void                     tertulia_status_present              (const TertuliaStatusFacts *facts,
                                                               gint64                     now,
                                                               TertuliaPresentation      *presentation);

/* The object around it: follows a connection, and tells when what is to be
 * shown has changed. Properties, read-only, notified: `kind`, `button`,
 * `button-sensitive`, `seconds`; `error` (boxed), `reason`, `lost-at`; `watched`
 * (writable): whether anybody looks, without which no timer runs for seconds;
 * `network-monitor` (construct only): the system's own unless told.
 */
#define TERTULIA_TYPE_STATUS (tertulia_status_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaStatus, tertulia_status, TERTULIA, STATUS, GObject)

TertuliaStatus          *tertulia_status_new                  (void);
void                     tertulia_status_follow               (TertuliaStatus            *self,
                                                               SignalrConnection         *connection);
void                     tertulia_status_pressed              (TertuliaStatus            *self);
TertuliaStatusKind       tertulia_status_get_kind             (TertuliaStatus            *self);
TertuliaStatusButton     tertulia_status_get_button           (TertuliaStatus            *self);
gboolean                 tertulia_status_get_button_sensitive (TertuliaStatus            *self);
guint                    tertulia_status_get_seconds          (TertuliaStatus            *self);
const GError            *tertulia_status_get_error            (TertuliaStatus            *self);
SignalrDisconnectReason  tertulia_status_get_reason           (TertuliaStatus            *self);
gint64                   tertulia_status_get_lost_at          (TertuliaStatus            *self);
void                     tertulia_status_set_watched          (TertuliaStatus            *self,
                                                               gboolean                   watched);

G_END_DECLS
