/* tertulia-message-text.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-message-text.h"

#include <glib/gi18n.h>

/* When a message under way says so, and when it says that it takes long. */
#define SENDING_AFTER (1 * G_USEC_PER_SEC)
#define WAITING_AFTER (5 * G_USEC_PER_SEC)

/**
 * tertulia_message_text_time:
 * @use_24h: whether hours are counted to 24
 *
 * Returns: (transfer full): the time of day
 */
char *
tertulia_message_text_time (GDateTime *time,
                            gboolean   use_24h)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);

  return g_date_time_format (local, use_24h
                             /* Translators: the time of day of a message, of 24 hours (see GDateTime's format) */
                             ? _("%H:%M")
                             /* Translators: the time of day of a message, of 12 hours (see GDateTime's format) */
                             : _("%-l:%M %p"));
}

/**
 * tertulia_message_text_day:
 * @now: the present
 *
 * Returns: (transfer full): what stands above the first message of a day
 */
char *
tertulia_message_text_day (GDateTime *time,
                           GDateTime *now)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);
  g_autoptr (GDateTime) today = g_date_time_to_local (now);
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (today, -1);

  if (g_date_time_get_year (local) == g_date_time_get_year (today) &&
      g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (today))
    return g_strdup (_("Today"));

  if (g_date_time_get_year (local) == g_date_time_get_year (yesterday) &&
      g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_("Yesterday"));

  if (g_date_time_get_year (local) == g_date_time_get_year (today))
    /* Translators: a day of this year, like “Tuesday 4 March” (see GDateTime's format) */
    return g_date_time_format (local, _("%A %-e %B"));

  /* Translators: a day of another year, like “4 March 2024” (see GDateTime's format) */
  return g_date_time_format (local, _("%-e %B %Y"));
}

/**
 * tertulia_message_text_state:
 * @age: how long the message has been in @state, in µs
 *
 * Returns: (nullable): the state of an own message in a word or two, %NULL
 *   where there is nothing to say
 */
const char *
tertulia_message_text_state (TertuliaMessageState state,
                             gint64               age)
{
  switch (state)
    {
    case TERTULIA_MESSAGE_QUEUED:
      return C_("message state", "Queued");

    case TERTULIA_MESSAGE_SENDING:
      if (age >= WAITING_AFTER)
        return C_("message state", "Waiting for the server…");
      return age >= SENDING_AFTER ? C_("message state", "Sending…") : NULL;

    case TERTULIA_MESSAGE_SENT:
      return C_("message state", "Sent");

    case TERTULIA_MESSAGE_UNKNOWN:
      return C_("message state", "Perhaps not sent");

    case TERTULIA_MESSAGE_FAILED:
      return C_("message state", "Not sent");

    case TERTULIA_MESSAGE_RECEIVED:
    case TERTULIA_MESSAGE_NOTICE:
    default:
      return NULL;
    }
}

/**
 * tertulia_message_text_icon:
 *
 * Returns: (nullable): the name of the icon beside tertulia_message_text_state()
 */
const char *
tertulia_message_text_icon (TertuliaMessageState state)
{
  switch (state)
    {
    case TERTULIA_MESSAGE_QUEUED:
    case TERTULIA_MESSAGE_SENDING:
      return "message-queued-symbolic";

    case TERTULIA_MESSAGE_SENT:
      return "message-sent-symbolic";

    case TERTULIA_MESSAGE_UNKNOWN:
      return "message-unknown-symbolic";

    case TERTULIA_MESSAGE_FAILED:
      return "message-failed-symbolic";

    case TERTULIA_MESSAGE_RECEIVED:
    case TERTULIA_MESSAGE_NOTICE:
    default:
      return NULL;
    }
}

/**
 * tertulia_message_text_sentence:
 *
 * Returns: (transfer full): all of a message in one sentence: who, what, when,
 *   and how far it has come
 */
char *
tertulia_message_text_sentence (TertuliaMessage *message,
                                gint64           age,
                                gboolean         use_24h)
{
  g_autofree char *time = tertulia_message_text_time (tertulia_message_get_time (message), use_24h);
  const char *state = tertulia_message_text_state (tertulia_message_get_state (message), age);
  const char *text = tertulia_message_get_text (message);

  if (tertulia_message_get_state (message) == TERTULIA_MESSAGE_NOTICE)
    return g_strdup (text);

  if (!tertulia_message_get_own (message))
    /* Translators: a message, read aloud: author, text, time */
    return g_strdup_printf (_("%1$s: %2$s, at %3$s"),
                            tertulia_message_get_author (message), text, time);

  if (state == NULL)
    /* Translators: an own message, read aloud: text, time */
    return g_strdup_printf (_("You: %1$s, at %2$s"), text, time);

  /* Translators: an own message, read aloud: text, time, state (“Queued”) */
  return g_strdup_printf (_("You: %1$s, at %2$s, %3$s"), text, time, state);
}
