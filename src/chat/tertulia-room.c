/* tertulia-room.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-room.h"

struct _TertuliaRoom {
  GObject     parent_instance;

  GListStore *messages;
  GListStore *people;
};

G_DEFINE_FINAL_TYPE (TertuliaRoom, tertulia_room, G_TYPE_OBJECT)

static void
tertulia_room_dispose (GObject *object)
{
  TertuliaRoom *self = TERTULIA_ROOM (object);

  g_clear_object (&self->messages);
  g_clear_object (&self->people);

  G_OBJECT_CLASS (tertulia_room_parent_class)->dispose (object);
}

static void
tertulia_room_class_init (TertuliaRoomClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tertulia_room_dispose;
}

static void
tertulia_room_init (TertuliaRoom *self)
{
  self->messages = g_list_store_new (TERTULIA_TYPE_MESSAGE);
  self->people = g_list_store_new (TERTULIA_TYPE_PERSON);
}

const char *
tertulia_room_get_name (TertuliaRoom *self)
{
  return "general";
}

GListModel *
tertulia_room_get_messages (TertuliaRoom *self)
{
  return G_LIST_MODEL (self->messages);
}

GListModel *
tertulia_room_get_people (TertuliaRoom *self)
{
  return G_LIST_MODEL (self->people);
}

guint
tertulia_room_get_unread (TertuliaRoom *self)
{
  return 0;
}

void
tertulia_room_mark_read (TertuliaRoom *self)
{
}

void
tertulia_room_send (TertuliaRoom *self,
                    const char   *text)
{
}

void
tertulia_room_retry (TertuliaRoom    *self,
                     TertuliaMessage *message)
{
}

void
tertulia_room_discard (TertuliaRoom    *self,
                       TertuliaMessage *message)
{
}
