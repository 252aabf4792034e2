/* tertulia-message.h: one message of a room
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  TERTULIA_MESSAGE_RECEIVED,
  TERTULIA_MESSAGE_NOTICE,     /* presence, in the flow: "Luis lost the connection" */
  TERTULIA_MESSAGE_QUEUED,
  TERTULIA_MESSAGE_SENDING,
  TERTULIA_MESSAGE_SENT,
  TERTULIA_MESSAGE_UNKNOWN,    /* sent, no answer known */
  TERTULIA_MESSAGE_FAILED,
} TertuliaMessageState;

#define TERTULIA_TYPE_MESSAGE_STATE (tertulia_message_state_get_type ())
GType tertulia_message_state_get_type (void);

/* Properties: `id`, `author`, `text`, `time` (GDateTime), `own`, `state`
 * (notified), `error` (a sentence, nullable), `since` (µs: when `state` began)
 */
#define TERTULIA_TYPE_MESSAGE (tertulia_message_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaMessage, tertulia_message, TERTULIA, MESSAGE, GObject)

const char           *tertulia_message_get_id     (TertuliaMessage *self);
const char           *tertulia_message_get_author (TertuliaMessage *self);
const char           *tertulia_message_get_text   (TertuliaMessage *self);
GDateTime            *tertulia_message_get_time   (TertuliaMessage *self);
gboolean              tertulia_message_get_own    (TertuliaMessage *self);
TertuliaMessageState  tertulia_message_get_state  (TertuliaMessage *self);
const char           *tertulia_message_get_error  (TertuliaMessage *self);

G_END_DECLS
