/* tertulia-status.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-status.h"

struct _TertuliaStatus {
  GObject parent_instance;

  TertuliaPresentation shown;
};

G_DEFINE_FINAL_TYPE (TertuliaStatus, tertulia_status, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TertuliaStatusKind, tertulia_status_kind,
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_NOTHING, "nothing"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_RECONNECTED, "reconnected"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_SLOW, "slow"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_PORTAL, "portal"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_CERTIFICATE, "certificate"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_STATUS_SIGNED_OUT, "signed-out"))

static void
tertulia_status_class_init (TertuliaStatusClass *klass)
{
}

static void
tertulia_status_init (TertuliaStatus *self)
{
}

void
tertulia_status_present (const TertuliaStatusFacts *facts,
                         gint64                     now,
                         TertuliaPresentation      *presentation)
{
  *presentation = (TertuliaPresentation) { .button_sensitive = TRUE, .next = G_MAXINT64 };
}

TertuliaStatus *
tertulia_status_new (void)
{
  return g_object_new (TERTULIA_TYPE_STATUS, NULL);
}

void
tertulia_status_follow (TertuliaStatus    *self,
                        SignalrConnection *connection)
{
}

void
tertulia_status_pressed (TertuliaStatus *self)
{
}

TertuliaStatusKind
tertulia_status_get_kind (TertuliaStatus *self)
{
  return self->shown.kind;
}

TertuliaStatusButton
tertulia_status_get_button (TertuliaStatus *self)
{
  return self->shown.button;
}

gboolean
tertulia_status_get_button_sensitive (TertuliaStatus *self)
{
  return self->shown.button_sensitive;
}

guint
tertulia_status_get_seconds (TertuliaStatus *self)
{
  return self->shown.seconds;
}

const GError *
tertulia_status_get_error (TertuliaStatus *self)
{
  return NULL;
}

SignalrDisconnectReason
tertulia_status_get_reason (TertuliaStatus *self)
{
  return SIGNALR_DISCONNECT_REASON_STOPPED;
}

gint64
tertulia_status_get_lost_at (TertuliaStatus *self)
{
  return 0;
}

void
tertulia_status_set_watched (TertuliaStatus *self,
                             gboolean        watched)
{
}
