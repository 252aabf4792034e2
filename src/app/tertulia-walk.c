/* tertulia-walk.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-walk.h"

#include <glib/gi18n.h>

#include "tertulia-picture.h"

/* Seconds that the whole walk may take. */
#define PATIENCE 38
/* Milliseconds until what has happened is drawn. */
#define SETTLING 250
/* Milliseconds between what one says and another answers. */
#define PAUSE 150
/* Milliseconds of a wait that is long enough to be seen as a countdown. */
#define LONG_WAIT 4000

typedef enum {
  WALK_GOOD,
  WALK_SLOW,
  WALK_RECONNECTING,
  WALK_RECONNECTED,
  WALK_DISCONNECTED,
  WALK_RETRY,
  WALK_CONNECTED,
  WALK_N_STEPS,
} WalkStep;

static const char * const words[WALK_N_STEPS] = {
  "good", "slow", "reconnecting", "reconnected", "disconnected", "retry", "connected",
};

/* The walk is more than one person's: what is said on the way shows what becomes
 * of it. Lines of the first step are said before it is pictured, the others when
 * their step has been.
 */
typedef enum {
  WALK_USER,
  WALK_LUIS,
  WALK_MARTA,
  WALK_N_PEOPLE,
} WalkPerson;

static const char * const names[WALK_N_PEOPLE] = { NULL, "Luis", "Marta" };

static const struct {
  WalkStep    step;
  WalkPerson  person;
  const char *text;
} lines[] = {
  { WALK_GOOD,         WALK_MARTA, N_("Good morning! Shall we ship it today?") },
  { WALK_GOOD,         WALK_LUIS,  N_("Two tests are red. I am looking at them.") },
  { WALK_GOOD,         WALK_USER,  N_("They were mine. Please try again.") },
  { WALK_GOOD,         WALK_LUIS,  N_("They are green now, thank you.") },
  { WALK_SLOW,         WALK_USER,  N_("Then yes. Who writes the notes?") },
  { WALK_SLOW,         WALK_MARTA, N_("Lunch is at one, by the way.") },
  { WALK_DISCONNECTED, WALK_USER,  N_("I will read them tonight.") },
};

struct _TertuliaWalk {
  GObject            parent_instance;

  TertuliaWindow    *window;
  TertuliaSession   *session;     /* the user's */
  TertuliaSession   *people[WALK_N_PEOPLE];
  guint              line;        /* the next to be said */
  char              *folder;
  WalkStep           step;        /* what is waited for */
  guint              settle_id;
  guint              patience_id;
};

G_DEFINE_FINAL_TYPE (TertuliaWalk, tertulia_walk, G_TYPE_OBJECT)

enum {
  SIGNAL_DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_walk_end (TertuliaWalk *self,
                   gboolean      complete)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  for (WalkPerson person = WALK_USER; person < WALK_N_PEOPLE; person++)
    g_signal_handlers_disconnect_by_data (tertulia_session_get_connection (self->people[person]), self);
  g_signal_emit (self, signals[SIGNAL_DONE], 0, complete);
}

/* What brings about the next step. */
static void
tertulia_walk_go_on (TertuliaWalk *self)
{
  LinkSimulator *link = tertulia_practice_get_link (tertulia_window_get_practice (self->window));

  switch (self->step)
    {
    case WALK_GOOD:
      link_simulator_set_mode (link, LINK_MODE_SILENT);
      break;

    case WALK_RECONNECTING:
      link_simulator_set_mode (link, LINK_MODE_GOOD);
      break;

    case WALK_RECONNECTED:
      link_simulator_set_mode (link, LINK_MODE_GONE);
      break;

    case WALK_RETRY:
      link_simulator_set_mode (link, LINK_MODE_GOOD);
      tertulia_session_reconnect (self->session);
      break;

    case WALK_SLOW:
    case WALK_DISCONNECTED:
    case WALK_CONNECTED:
    case WALK_N_STEPS:
    default:
      break;
    }
}

/* Says the next line of a step; FALSE where there is none. */
static gboolean
tertulia_walk_speak (TertuliaWalk *self,
                     WalkStep      step)
{
  g_autoptr (TertuliaRoom) room = NULL;

  if (self->line == G_N_ELEMENTS (lines) || lines[self->line].step != step)
    return FALSE;

  room = g_list_model_get_item (tertulia_session_get_rooms (self->people[lines[self->line].person]), 0);
  tertulia_room_send (room, _(lines[self->line].text));
  self->line++;

  return TRUE;
}

static void
tertulia_walk_painted_cb (TertuliaWalk  *self,
                          GdkFrameClock *clock)
{
  g_autofree char *name = g_strconcat (words[self->step], ".png", NULL);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_signal_handlers_disconnect_by_func (clock, tertulia_walk_painted_cb, self);

  if (!tertulia_picture_save (GTK_WIDGET (self->window), path, &error))
    {
      g_printerr ("%s\n", error->message);
      tertulia_walk_end (self, FALSE);
      return;
    }

  g_print ("%s %s\n", words[self->step], path);
  while (tertulia_walk_speak (self, self->step))
    ;
  tertulia_walk_go_on (self);
  self->step++;

  if (self->step == WALK_N_STEPS)
    tertulia_walk_end (self, TRUE);
}

/* A window that is about to be laid out anew has nothing to picture: so the
 * picture is of a frame that was painted.
 */
static gboolean
tertulia_walk_settled_cb (gpointer user_data)
{
  TertuliaWalk *self = user_data;

  self->settle_id = 0;
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                           G_CALLBACK (tertulia_walk_painted_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self->window));

  return G_SOURCE_REMOVE;
}

static gboolean
tertulia_walk_talk_cb (gpointer user_data)
{
  TertuliaWalk *self = user_data;

  if (tertulia_walk_speak (self, WALK_GOOD))
    return G_SOURCE_CONTINUE;

  self->settle_id = g_timeout_add (SETTLING, tertulia_walk_settled_cb, self);

  return G_SOURCE_REMOVE;
}

static void
tertulia_walk_reached (TertuliaWalk *self,
                       WalkStep      step)
{
  if (self->step == step && self->settle_id == 0)
    self->settle_id = g_timeout_add (SETTLING, tertulia_walk_settled_cb, self);
}

static void
tertulia_walk_slow_cb (TertuliaWalk *self)
{
  tertulia_walk_reached (self, WALK_SLOW);
}

static void
tertulia_walk_reconnecting_cb (TertuliaWalk *self)
{
  tertulia_walk_reached (self, WALK_RECONNECTING);
}

static void
tertulia_walk_reconnected_cb (TertuliaWalk *self)
{
  tertulia_walk_reached (self, WALK_RECONNECTED);
}

static void
tertulia_walk_disconnected_cb (TertuliaWalk *self)
{
  tertulia_walk_reached (self, WALK_DISCONNECTED);
}

static void
tertulia_walk_retrying_cb (TertuliaWalk *self,
                           guint         attempt,
                           gint64        delay)
{
  if (delay >= LONG_WAIT)
    tertulia_walk_reached (self, WALK_RETRY);
}

static void
tertulia_walk_state_cb (TertuliaWalk *self)
{
  SignalrConnection *connection = tertulia_session_get_connection (self->session);

  if (signalr_connection_get_state (connection) != SIGNALR_CONNECTION_STATE_CONNECTED)
    return;

  tertulia_walk_reached (self, WALK_CONNECTED);
}

/* The conversation begins when all are there. */
static void
tertulia_walk_person_cb (TertuliaWalk *self)
{
  for (WalkPerson person = WALK_USER; person < WALK_N_PEOPLE; person++)
    {
      SignalrConnection *connection = tertulia_session_get_connection (self->people[person]);

      if (signalr_connection_get_state (connection) != SIGNALR_CONNECTION_STATE_CONNECTED)
        return;
    }

  if (self->step == WALK_GOOD && self->settle_id == 0)
    self->settle_id = g_timeout_add (PAUSE, tertulia_walk_talk_cb, self);
}

static gboolean
tertulia_walk_patience_cb (gpointer user_data)
{
  TertuliaWalk *self = user_data;

  self->patience_id = 0;
  g_printerr ("The connection has not become “%s” in time\n", words[self->step]);
  tertulia_walk_end (self, FALSE);

  return G_SOURCE_REMOVE;
}

static gboolean
tertulia_walk_folder_cb (gpointer user_data)
{
  TertuliaWalk *self = user_data;

  g_printerr ("There is no folder %s\n", self->folder);
  tertulia_walk_end (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
tertulia_walk_dispose (GObject *object)
{
  TertuliaWalk *self = TERTULIA_WALK (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  for (WalkPerson person = WALK_USER; person < WALK_N_PEOPLE; person++)
    {
      if (self->people[person] != NULL)
        g_signal_handlers_disconnect_by_data (tertulia_session_get_connection (self->people[person]), self);
      g_clear_object (&self->people[person]);
    }
  g_clear_object (&self->window);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (tertulia_walk_parent_class)->dispose (object);
}

static void
tertulia_walk_class_init (TertuliaWalkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tertulia_walk_dispose;

  signals[SIGNAL_DONE] =
    g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
tertulia_walk_init (TertuliaWalk *self)
{
}

/**
 * tertulia_walk_prepare_settings:
 * @settings: of this program
 *
 * Makes the times short enough to be watched. Nothing of it is stored.
 */
void
tertulia_walk_prepare_settings (TertuliaSettings *settings)
{
  g_settings_delay (tertulia_settings_get_gsettings (settings));
  g_object_set (settings,
                "use-server-timeouts", TRUE,
                "retry", TRUE,
                "server-disconnect-timeout", 6.0,
                "server-keep-alive", 2.0,
                NULL);
}

static void
tertulia_walk_invite (TertuliaWalk *self)
{
  TertuliaPractice *practice = tertulia_window_get_practice (self->window);

  self->people[WALK_USER] = g_object_ref (self->session);
  for (WalkPerson person = WALK_USER + 1; person < WALK_N_PEOPLE; person++)
    {
      self->people[person] = tertulia_practice_new_session (practice, names[person], FALSE);
      tertulia_session_start (self->people[person]);
    }

  for (WalkPerson person = WALK_USER; person < WALK_N_PEOPLE; person++)
    g_signal_connect_swapped (tertulia_session_get_connection (self->people[person]), "notify::state",
                              G_CALLBACK (tertulia_walk_person_cb), self);
}

/**
 * tertulia_walk_new:
 * @window: one that shows the practice connection
 * @folder: for the pictures; it is made where it is missing
 */
TertuliaWalk *
tertulia_walk_new (TertuliaWindow *window,
                   const char     *folder)
{
  TertuliaWalk *self = g_object_new (TERTULIA_TYPE_WALK, NULL);
  SignalrConnection *connection;

  self->window = g_object_ref (window);
  self->session = tertulia_window_get_session (window);
  self->folder = g_strdup (folder);
  self->patience_id = g_timeout_add_seconds (PATIENCE, tertulia_walk_patience_cb, self);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    self->settle_id = g_idle_add (tertulia_walk_folder_cb, self);

  /* Pictures are of states, not of ways between them. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (window)), "gtk-enable-animations", FALSE, NULL);

  connection = tertulia_session_get_connection (self->session);
  g_signal_connect_swapped (connection, "slow", G_CALLBACK (tertulia_walk_slow_cb), self);
  g_signal_connect_swapped (connection, "reconnecting", G_CALLBACK (tertulia_walk_reconnecting_cb), self);
  g_signal_connect_swapped (connection, "reconnected", G_CALLBACK (tertulia_walk_reconnected_cb), self);
  g_signal_connect_swapped (connection, "disconnected", G_CALLBACK (tertulia_walk_disconnected_cb), self);
  g_signal_connect_swapped (connection, "retrying", G_CALLBACK (tertulia_walk_retrying_cb), self);
  g_signal_connect_swapped (connection, "notify::state", G_CALLBACK (tertulia_walk_state_cb), self);
  tertulia_walk_invite (self);

  return self;
}
