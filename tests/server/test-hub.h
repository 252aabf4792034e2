/* test-hub.h: a hub that does what tests need, and remembers what it was told
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

#define TEST_TYPE_HUB (test_hub_get_type ())
G_DECLARE_FINAL_TYPE (TestHub, test_hub, TEST, HUB, SignalrHub)

struct _TestHub {
  SignalrHub         parent_instance;

  /* "connected ID", "reconnected ID", "disconnected ID true", one behind the other. */
  GPtrArray         *events;
  GPtrArray         *ids;           /* of the connections, in the order of their first event */
  SignalrInvocation *kept;          /* of Keep, or of a start where keep_starts */
  gboolean           keep_starts;
  char              *refusal;       /* refuses starts with this text */
  GError            *last_error;    /* of the last disconnected */
};

/* Methods: Add (a, b); Fail (); Refuse (text); Nothing (); Keep (); Drop ();
 * Caller (text), All (text), Others (text): call `message (text)`;
 * Join (group), Leave (group), ToGroup (group, text); ToUser (user, text);
 * Many (anything…): how many arguments; Close (id)
 */
TestHub    *test_hub_new      (void);
/* How many times @event happened; with "%s" for an id, of any connection. */
guint       test_hub_count    (TestHub    *self,
                               const char *event);
/* All events so far, without ids, separated by spaces. */
char       *test_hub_story    (TestHub    *self);

G_END_DECLS
