/* tertulia-log.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-log-private.h"

struct _TertuliaLog {
  GListStore *rows;
  guint       n_settled;
};

TertuliaLog *
tertulia_log_new (void)
{
  TertuliaLog *self = g_rc_box_new0 (TertuliaLog);

  self->rows = g_list_store_new (TERTULIA_TYPE_MESSAGE);

  return self;
}

TertuliaLog *
tertulia_log_ref (TertuliaLog *self)
{
  return g_rc_box_acquire (self);
}

static void
tertulia_log_clear (gpointer data)
{
  TertuliaLog *self = data;

  g_object_unref (self->rows);
}

void
tertulia_log_unref (TertuliaLog *self)
{
  g_rc_box_release_full (self, tertulia_log_clear);
}

GListModel *
tertulia_log_get_model (TertuliaLog *self)
{
  return G_LIST_MODEL (self->rows);
}

void
tertulia_log_add (TertuliaLog     *self,
                  TertuliaMessage *message)
{
  g_list_store_insert (self->rows, self->n_settled++, message);

  if (self->n_settled > TERTULIA_LOG_MAX_SETTLED)
    {
      g_list_store_remove (self->rows, 0);
      self->n_settled--;
    }
}

void
tertulia_log_add_pending (TertuliaLog     *self,
                          TertuliaMessage *message)
{
  g_list_store_append (self->rows, message);
}

/* Where @message is, or G_MAXUINT where it is not pending. */
static guint
tertulia_log_find_pending (TertuliaLog     *self,
                           TertuliaMessage *message)
{
  for (guint i = 0; i < tertulia_log_get_n_pending (self); i++)
    {
      if (tertulia_log_get_pending (self, i) == message)
        return self->n_settled + i;
    }

  return G_MAXUINT;
}

void
tertulia_log_settle (TertuliaLog     *self,
                     TertuliaMessage *message)
{
  g_autoptr (TertuliaMessage) held = g_object_ref (message);
  guint position = tertulia_log_find_pending (self, message);

  g_return_if_fail (position != G_MAXUINT);

  /* The usual case moves nothing: a row that stays keeps its widget. */
  if (position == self->n_settled)
    {
      self->n_settled++;
    }
  else
    {
      g_list_store_remove (self->rows, position);
      tertulia_log_add (self, held);
    }
}

void
tertulia_log_remove (TertuliaLog     *self,
                     TertuliaMessage *message)
{
  guint position = tertulia_log_find_pending (self, message);

  g_return_if_fail (position != G_MAXUINT);

  g_list_store_remove (self->rows, position);
}

guint
tertulia_log_get_n_pending (TertuliaLog *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - self->n_settled;
}

TertuliaMessage *
tertulia_log_get_pending (TertuliaLog *self,
                          guint        index)
{
  g_autoptr (TertuliaMessage) message = NULL;

  /* The list keeps it. */
  message = g_list_model_get_item (G_LIST_MODEL (self->rows), self->n_settled + index);

  return message;
}
