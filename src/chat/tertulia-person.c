/* tertulia-person.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-person-private.h"

/**
 * TertuliaPerson:
 *
 * Somebody in a room, by the name they gave. Who has left is in no list.
 */
struct _TertuliaPerson {
  GObject           parent_instance;

  char             *name;
  TertuliaPresence  presence;
};

G_DEFINE_FINAL_TYPE (TertuliaPerson, tertulia_person, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TertuliaPresence, tertulia_presence,
                    G_DEFINE_ENUM_VALUE (TERTULIA_PRESENCE_HERE, "here"),
                    G_DEFINE_ENUM_VALUE (TERTULIA_PRESENCE_LOST, "lost"))

typedef enum {
  PROP_NAME = 1,
  PROP_PRESENCE,
} TertuliaPersonProperty;

static GParamSpec *properties[PROP_PRESENCE + 1];

static void
tertulia_person_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TertuliaPerson *self = TERTULIA_PERSON (object);

  switch ((TertuliaPersonProperty) property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_person_finalize (GObject *object)
{
  TertuliaPerson *self = TERTULIA_PERSON (object);

  g_free (self->name);

  G_OBJECT_CLASS (tertulia_person_parent_class)->finalize (object);
}

static void
tertulia_person_class_init (TertuliaPersonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tertulia_person_finalize;
  object_class->get_property = tertulia_person_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL,
                                                 TERTULIA_TYPE_PRESENCE,
                                                 TERTULIA_PRESENCE_HERE, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_person_init (TertuliaPerson *self)
{
}

TertuliaPerson *
tertulia_person_new (const char       *name,
                     TertuliaPresence  presence)
{
  TertuliaPerson *self = g_object_new (TERTULIA_TYPE_PERSON, NULL);

  self->name = g_strdup (name);
  self->presence = presence;

  return self;
}

void
tertulia_person_set_presence (TertuliaPerson   *self,
                              TertuliaPresence  presence)
{
  if (self->presence == presence)
    return;

  self->presence = presence;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENCE]);
}

/**
 * tertulia_person_get_name:
 *
 * Returns: what they call themselves
 */
const char *
tertulia_person_get_name (TertuliaPerson *self)
{
  g_return_val_if_fail (TERTULIA_IS_PERSON (self), NULL);

  return self->name;
}

/**
 * tertulia_person_get_presence:
 *
 * Returns: whether they are here, or lost their connection
 */
TertuliaPresence
tertulia_person_get_presence (TertuliaPerson *self)
{
  g_return_val_if_fail (TERTULIA_IS_PERSON (self), TERTULIA_PRESENCE_HERE);

  return self->presence;
}
