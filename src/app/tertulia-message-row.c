/* tertulia-message-row.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-message-row.h"

#include "tertulia-message-text.h"

/* Messages of one author within this time stand together, under one name. */
#define SERIES (5 * G_TIME_SPAN_MINUTE)

struct _TertuliaMessageRow {
  AdwBin           parent_instance;

  GtkWidget       *day;
  GtkWidget       *notice;
  GtkWidget       *line;
  GtkWidget       *avatar;
  GtkWidget       *bubble;
  GtkWidget       *author;
  GtkWidget       *text;
  GtkWidget       *time;
  GtkWidget       *icon;
  GtkWidget       *state;
  GtkWidget       *failed;
  GtkWidget       *error;

  TertuliaMessage *message;
  gboolean         use_24h;
  guint            age_id;     /* while a message under way grows old */
};

G_DEFINE_FINAL_TYPE (TertuliaMessageRow, tertulia_message_row, ADW_TYPE_BIN)

enum {
  SIGNAL_RETRY,
  SIGNAL_DISCARD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_message_row_update_state (TertuliaMessageRow *self)
{
  TertuliaMessageState state = tertulia_message_get_state (self->message);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *error = tertulia_message_get_error (self->message);
  g_autofree char *sentence = NULL;
  gint64 since, age;
  const char *word;
  gboolean bad;

  g_object_get (self->message, "since", &since, NULL);
  age = g_get_monotonic_time () - since;
  word = tertulia_message_text_state (state, age);
  bad = state == TERTULIA_MESSAGE_FAILED || state == TERTULIA_MESSAGE_UNKNOWN;

  gtk_label_set_label (GTK_LABEL (self->state), word != NULL ? word : "");
  gtk_widget_set_visible (self->state, word != NULL && state != TERTULIA_MESSAGE_SENT);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), tertulia_message_text_icon (state));
  gtk_widget_set_visible (self->icon, word != NULL);
  gtk_widget_set_tooltip_text (self->icon, word);

  gtk_widget_set_visible (self->failed, bad);
  gtk_label_set_label (GTK_LABEL (self->error), error != NULL ? error : "");
  gtk_widget_set_visible (self->error, error != NULL);
  if (bad)
    gtk_widget_add_css_class (GTK_WIDGET (self), "bad");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "bad");

  /* The list item around a row is what assistive technology shows of it; GTK
   * gives it a name of its own only from 4.12 on.
   */
  sentence = tertulia_message_text_sentence (self->message, age, self->use_24h);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent != NULL ? parent : GTK_WIDGET (self)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
}

static gboolean
tertulia_message_row_age_cb (gpointer user_data)
{
  TertuliaMessageRow *self = user_data;

  tertulia_message_row_update_state (self);

  return G_SOURCE_CONTINUE;
}

static void
tertulia_message_row_state_cb (TertuliaMessageRow *self)
{
  gboolean under_way = self->message != NULL &&
                       tertulia_message_get_state (self->message) == TERTULIA_MESSAGE_SENDING;

  if (under_way && self->age_id == 0)
    self->age_id = g_timeout_add_seconds (1, tertulia_message_row_age_cb, self);
  else if (!under_way)
    g_clear_handle_id (&self->age_id, g_source_remove);

  if (self->message != NULL)
    tertulia_message_row_update_state (self);
}

static gboolean
tertulia_message_row_same_day (TertuliaMessage *message,
                               TertuliaMessage *before)
{
  g_autoptr (GDateTime) one = g_date_time_to_local (tertulia_message_get_time (message));
  g_autoptr (GDateTime) other = g_date_time_to_local (tertulia_message_get_time (before));

  return g_date_time_get_day_of_year (one) == g_date_time_get_day_of_year (other) &&
         g_date_time_get_year (one) == g_date_time_get_year (other);
}

static gboolean
tertulia_message_row_same_series (TertuliaMessage *message,
                                  TertuliaMessage *before)
{
  return tertulia_message_get_state (before) != TERTULIA_MESSAGE_NOTICE &&
         tertulia_message_get_own (before) == tertulia_message_get_own (message) &&
         g_strcmp0 (tertulia_message_get_author (before),
                    tertulia_message_get_author (message)) == 0 &&
         g_date_time_difference (tertulia_message_get_time (message),
                                 tertulia_message_get_time (before)) < SERIES;
}

static void
tertulia_message_row_set_css_class (TertuliaMessageRow *self,
                                    const char         *css_class,
                                    gboolean            set)
{
  if (set)
    gtk_widget_add_css_class (GTK_WIDGET (self), css_class);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), css_class);
}

/**
 * tertulia_message_row_bind:
 * @message: (nullable): what the row shows, %NULL for nothing any more
 * @before: (nullable): the message above it
 * @use_24h: whether hours are counted to 24
 */
void
tertulia_message_row_bind (TertuliaMessageRow *self,
                           TertuliaMessage    *message,
                           TertuliaMessage    *before,
                           gboolean            use_24h)
{
  gboolean notice, own, new_day, series;
  g_autofree char *time = NULL;

  g_return_if_fail (TERTULIA_IS_MESSAGE_ROW (self));

  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_set_object (&self->message, message);
  self->use_24h = use_24h;

  if (message == NULL)
    {
      tertulia_message_row_state_cb (self);
      return;
    }

  notice = tertulia_message_get_state (message) == TERTULIA_MESSAGE_NOTICE;
  own = tertulia_message_get_own (message);
  new_day = before == NULL || !tertulia_message_row_same_day (message, before);
  series = !new_day && tertulia_message_row_same_series (message, before);
  time = tertulia_message_text_time (tertulia_message_get_time (message), use_24h);

  if (new_day)
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char *day = tertulia_message_text_day (tertulia_message_get_time (message), now);

      gtk_label_set_label (GTK_LABEL (self->day), day);
    }
  gtk_widget_set_visible (self->day, new_day);

  gtk_widget_set_visible (self->notice, notice);
  gtk_widget_set_visible (self->line, !notice);
  gtk_label_set_label (GTK_LABEL (notice ? self->notice : self->text),
                       tertulia_message_get_text (message));

  adw_avatar_set_text (ADW_AVATAR (self->avatar), tertulia_message_get_author (message));
  gtk_widget_set_visible (self->avatar, !own);
  gtk_widget_set_opacity (self->avatar, series ? 0 : 1);
  gtk_label_set_label (GTK_LABEL (self->author), tertulia_message_get_author (message));
  gtk_widget_set_visible (self->author, !own && !series);
  gtk_label_set_label (GTK_LABEL (self->time), time);
  gtk_widget_set_halign (self->bubble, own ? GTK_ALIGN_END : GTK_ALIGN_START);

  tertulia_message_row_set_css_class (self, "own", own);
  tertulia_message_row_set_css_class (self, "series", series);

  g_signal_connect_swapped (message, "notify::state",
                            G_CALLBACK (tertulia_message_row_state_cb), self);
  tertulia_message_row_state_cb (self);
}

static void
tertulia_message_row_answer_cb (GtkWidget  *widget,
                                const char *action_name,
                                GVariant   *parameter)
{
  TertuliaMessageRow *self = TERTULIA_MESSAGE_ROW (widget);

  if (self->message != NULL)
    g_signal_emit (self,
                   signals[g_str_equal (action_name, "message.retry") ? SIGNAL_RETRY
                                                                      : SIGNAL_DISCARD],
                   0, self->message);
}

static void
tertulia_message_row_dispose (GObject *object)
{
  TertuliaMessageRow *self = TERTULIA_MESSAGE_ROW (object);

  tertulia_message_row_bind (self, NULL, NULL, FALSE);

  G_OBJECT_CLASS (tertulia_message_row_parent_class)->dispose (object);
}

static void
tertulia_message_row_class_init (TertuliaMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_message_row_dispose;

  signals[SIGNAL_RETRY] =
    g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, TERTULIA_TYPE_MESSAGE);
  signals[SIGNAL_DISCARD] =
    g_signal_new ("discard", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, TERTULIA_TYPE_MESSAGE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, day);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, notice);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, line);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, author);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, text);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, icon);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, state);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, failed);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageRow, error);

  gtk_widget_class_install_action (widget_class, "message.retry", NULL,
                                   tertulia_message_row_answer_cb);
  gtk_widget_class_install_action (widget_class, "message.discard", NULL,
                                   tertulia_message_row_answer_cb);

  gtk_widget_class_set_css_name (widget_class, "messagerow");
}

static void
tertulia_message_row_init (TertuliaMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tertulia_message_row_new (void)
{
  return g_object_new (TERTULIA_TYPE_MESSAGE_ROW, NULL);
}
