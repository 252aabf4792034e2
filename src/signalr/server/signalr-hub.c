/* signalr-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-hub-private.h"

#include <string.h>

#include "signalr-caller-private.h"

/* Of a method's name, with its end. */
#define FOLDED_SIZE 64

/**
 * SignalrHub:
 *
 * Methods that clients call, and calls to clients.
 *
 * A program derives a class for each of its hubs, adds the methods in its
 * `init`, and gives one object of it to signalr_server_add_hub (). The same
 * object serves the clients of both generations of the protocol.
 *
 * Everything runs on the server's main context, one call after the other; a
 * method that blocks blocks everybody.
 *
 * A call to clients leaves when the main loop goes on, and nothing tells whether
 * it arrived. To a hub that no listening server has, nobody listens: its calls do
 * nothing.
 *
 * Since: 1.0
 */

typedef struct {
  SignalrHost *host;       /* NULL without a server */
  char        *name;
  char        *proxy_name; /* NULL for the usual one */
  char        *type_name;  /* NULL for the usual one */
  GHashTable  *methods;    /* casefolded name → GPtrArray of SignalrMethod */
  guint64      n_questions;
  GHashTable  *questions;  /* set of char*: the ids of those that wait */
} SignalrHubPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SignalrHub, signalr_hub, G_TYPE_OBJECT)

static void
signalr_method_free (gpointer data)
{
  SignalrMethod *method = data;

  if (method->destroy != NULL)
    method->destroy (method->user_data);
  g_free (method->name);
  g_free (method);
}

static void
signalr_hub_real_connected (SignalrHub        *self,
                            SignalrInvocation *start)
{
  signalr_invocation_return_value (start, NULL);
}

static void
signalr_hub_real_reconnected (SignalrHub    *self,
                              SignalrCaller *caller)
{
}

static void
signalr_hub_real_disconnected (SignalrHub    *self,
                               SignalrCaller *caller,
                               gboolean       stop_called,
                               const GError  *error)
{
}

static void
signalr_hub_finalize (GObject *object)
{
  SignalrHub *self = SIGNALR_HUB (object);
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  g_free (priv->name);
  g_free (priv->proxy_name);
  g_free (priv->type_name);
  g_hash_table_unref (priv->methods);
  g_hash_table_unref (priv->questions);

  G_OBJECT_CLASS (signalr_hub_parent_class)->finalize (object);
}

static void
signalr_hub_class_init (SignalrHubClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = signalr_hub_finalize;

  klass->connected = signalr_hub_real_connected;
  klass->reconnected = signalr_hub_real_reconnected;
  klass->disconnected = signalr_hub_real_disconnected;
}

static void
signalr_hub_init (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  priv->questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  priv->methods = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
}

void
signalr_hub_set_name (SignalrHub *self,
                      const char *name)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  g_return_if_fail (priv->name == NULL);

  priv->name = g_strdup (name);
}

SignalrHost *
signalr_hub_get_host (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return priv->host;
}

/* The host detaches its hubs before it goes. */
void
signalr_hub_attach (SignalrHub  *self,
                    SignalrHost *host)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  priv->host = host;
}

void
signalr_hub_detach (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  priv->host = NULL;
}

const char *
signalr_hub_get_name (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return priv->name;
}

/* What its topics, and the groups that a client carries, are named after: a connection
 * without a hub has nothing but its type.
 */
const char *
signalr_hub_get_topic_name (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return SIGNALR_IS_ENDPOINT (self) && priv->type_name != NULL ? priv->type_name : priv->name;
}

/*< private >
 * signalr_hub_topic:
 *
 * The names are those of the official servers, which may share a backplane with ours.
 */
char *
signalr_hub_topic (SignalrHub      *self,
                   SignalrAudience  audience,
                   const char      *name)
{
  gboolean raw = SIGNALR_IS_ENDPOINT (self);
  const char *hub = signalr_hub_get_topic_name (self);

  switch (audience)
    {
    case SIGNALR_AUDIENCE_ALL:
      return g_strconcat (raw ? "pc-" : "h-", hub, NULL);

    case SIGNALR_AUDIENCE_GROUP:
      return g_strconcat (raw ? "pcg-" : "hg-", hub, ".", name, NULL);

    case SIGNALR_AUDIENCE_USER:
      return g_strconcat ("hu-", hub, ".", name, NULL);

    case SIGNALR_AUDIENCE_CONNECTION:
    default:
      return raw ? g_strconcat ("c-", name, NULL) : g_strconcat ("hc-", hub, ".", name, NULL);
    }
}

char *
signalr_hub_dup_type_name (SignalrHub *self,
                           const char *namespace)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  if (priv->type_name == NULL && namespace != NULL)
    return g_strconcat (namespace, ".", priv->name, NULL);

  return g_strdup (priv->type_name != NULL ? priv->type_name : priv->name);
}

char *
signalr_hub_channel (SignalrHub      *self,
                     const char      *namespace,
                     SignalrAudience  audience,
                     const char      *name)
{
  static const char *kinds[] = {
    [SIGNALR_AUDIENCE_ALL] = "all",
    [SIGNALR_AUDIENCE_GROUP] = "group:",
    [SIGNALR_AUDIENCE_USER] = "user:",
    [SIGNALR_AUDIENCE_CONNECTION] = "connection:",
  };
  g_autofree char *type = signalr_hub_dup_type_name (self, namespace);

  return g_strconcat (type, ":", kinds[audience], name, NULL);
}

/* Most names are short and ASCII, and folded for each call: @room is for those.
 * Returns @room, or where that will not do, @longer, which is to be freed.
 */
static const char *
fold_name (const char  *name,
           char         room[FOLDED_SIZE],
           char       **longer)
{
  for (gsize i = 0; i < FOLDED_SIZE && (guchar) name[i] < 0x80; i++)
    {
      room[i] = g_ascii_tolower (name[i]);
      if (name[i] == '\0')
        return room;
    }

  return *longer = g_utf8_casefold (name, -1);
}

SignalrMethodLookup
signalr_hub_find_method (SignalrHub           *self,
                         const char           *name,
                         guint                 n_args,
                         const SignalrMethod **method,
                         int                  *n_wanted)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);
  char room[FOLDED_SIZE];
  g_autofree char *longer = NULL;
  GPtrArray *overloads = g_hash_table_lookup (priv->methods, fold_name (name, room, &longer));

  *method = NULL;
  if (overloads == NULL)
    return SIGNALR_METHOD_UNKNOWN;

  for (guint i = 0; i < overloads->len; i++)
    {
      SignalrMethod *candidate = g_ptr_array_index (overloads, i);

      *n_wanted = candidate->n_args;
      if (candidate->n_args == (int) n_args || (candidate->n_args == -1 && *method == NULL))
        *method = candidate;
    }

  return *method != NULL ? SIGNALR_METHOD_FOUND : SIGNALR_METHOD_NO_OVERLOAD;
}

static int
compare_strings (gconstpointer one,
                 gconstpointer other)
{
  return strcmp (*(const char **) one, *(const char **) other);
}

GStrv
signalr_hub_list_methods (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, priv->methods);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SignalrMethod *method = g_ptr_array_index ((GPtrArray *) value, 0);

      if (method->n_streams == 0 && method->flags == SIGNALR_METHOD_FLAGS_NONE)
        g_ptr_array_add (names, g_strdup (method->name));
    }

  g_ptr_array_sort (names, compare_strings);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

void
signalr_hub_run_method (SignalrHub          *self,
                        const SignalrMethod *method,
                        SignalrInvocation   *invocation)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  SignalrInvocation *before = signalr_caller_swap_current (caller, invocation);

  method->func (self, invocation, method->user_data);
  signalr_caller_swap_current (caller, before);
}

guint64
signalr_hub_next_question (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return ++priv->n_questions;
}

void
signalr_hub_note_question (SignalrHub *self,
                           const char *id,
                           gboolean    waits)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  if (waits)
    g_hash_table_add (priv->questions, g_strdup (id));
  else
    g_hash_table_remove (priv->questions, id);
}

gboolean
signalr_hub_has_question (SignalrHub *self,
                          const char *id)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return g_hash_table_contains (priv->questions, id);
}

/**
 * signalr_hub_add_method:
 * @name: how clients call it; without regard to case
 * @n_args: how many arguments it takes, or -1 for any number
 * @func: (scope notified) (closure user_data) (destroy destroy): the method
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Adds a method. Several of one name differ by their number of arguments; one
 * that takes any number gets the calls that fit no other. A method of the same
 * name and number takes the place of the earlier one.
 *
 * Since: 1.0
 */
void
signalr_hub_add_method (SignalrHub        *self,
                        const char        *name,
                        int                n_args,
                        SignalrMethodFunc  func,
                        gpointer           user_data,
                        GDestroyNotify     destroy)
{
  signalr_hub_add_method_full (self, name, n_args, 0, SIGNALR_METHOD_FLAGS_NONE, func, user_data, destroy);
}

/**
 * signalr_hub_add_method_full:
 * @name: how clients call it; without regard to case
 * @n_args: how many arguments it takes, or -1 for any number
 * @n_streams: how many streams the client sends up to it, which do not count as
 *   arguments
 * @flags: what is special about it
 * @func: (scope notified) (closure user_data) (destroy destroy): the method
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Adds a method, as signalr_hub_add_method () does, that streams, or is streamed to
 * (signalr_invocation_send_item (), signalr_invocation_read_async ()). Classic
 * clients know no streams, and cannot call such a method.
 *
 * Since: 1.0
 */
void
signalr_hub_add_method_full (SignalrHub         *self,
                             const char         *name,
                             int                 n_args,
                             guint               n_streams,
                             SignalrMethodFlags  flags,
                             SignalrMethodFunc   func,
                             gpointer            user_data,
                             GDestroyNotify      destroy)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);
  g_autofree char *folded = NULL;
  GPtrArray *overloads;
  SignalrMethod *method;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (n_args >= -1);
  g_return_if_fail (func != NULL);

  folded = g_utf8_casefold (name, -1);
  overloads = g_hash_table_lookup (priv->methods, folded);
  if (overloads == NULL)
    {
      overloads = g_ptr_array_new_with_free_func (signalr_method_free);
      g_hash_table_insert (priv->methods, g_steal_pointer (&folded), overloads);
    }

  for (guint i = 0; i < overloads->len; i++)
    {
      if (((SignalrMethod *) g_ptr_array_index (overloads, i))->n_args == n_args)
        {
          g_ptr_array_remove_index (overloads, i);
          break;
        }
    }

  method = g_new (SignalrMethod, 1);
  *method = (SignalrMethod) { g_strdup (name), n_args, n_streams, flags, func, user_data, destroy };
  g_ptr_array_add (overloads, method);
}

/**
 * signalr_hub_set_proxy_name:
 * @name: (nullable): what pages call the hub; %NULL for the usual name
 *
 * Sets the name that the hub has in the script for classic pages. Without it that
 * is the hub's own name, its first letter made small.
 *
 * Since: 1.0
 */
void
signalr_hub_set_proxy_name (SignalrHub *self,
                            const char *name)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);
  g_autofree char *old = priv->proxy_name;

  g_return_if_fail (SIGNALR_IS_HUB (self));

  priv->proxy_name = g_strdup (name);
}

/**
 * signalr_hub_set_type_name:
 * @name: (nullable): with its namespace, such as `Chat.ChatHub`, with regard to case
 *
 * Says what the hub's class is called on the servers of ASP.NET Core that are one with
 * this one behind Redis (see signalr_server_set_redis ()): they name their channels by
 * the full type name of a hub, wherever it is mapped. By default it is the name that
 * the hub was added by, behind the address' `hubNamespace` where that names one.
 *
 * For a #SignalrEndpoint it is the name of its class on servers of ASP.NET SignalR,
 * which knows a hub by its own name; by default it is the path.
 *
 * Before the server listens.
 *
 * Since: 1.0
 */
void
signalr_hub_set_type_name (SignalrHub *self,
                           const char *name)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);
  g_autofree char *old = NULL;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (name == NULL || (name[0] != '\0' && strpbrk (name, ":*") == NULL));
  g_return_if_fail (priv->host == NULL);

  old = priv->type_name;
  priv->type_name = g_strdup (name);
}

const char *
signalr_hub_get_proxy_name (SignalrHub *self)
{
  SignalrHubPrivate *priv = signalr_hub_get_instance_private (self);

  return priv->proxy_name;
}
