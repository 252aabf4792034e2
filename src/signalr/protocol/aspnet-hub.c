/* aspnet-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-envelope-private.h"
#include "json-read-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

void
signalr_hub_result_free (SignalrHubResult *self)
{
  g_free (self->id);
  g_clear_pointer (&self->result, json_node_unref);
  g_free (self->error);
  g_clear_pointer (&self->data, json_node_unref);
  g_clear_pointer (&self->state, json_node_unref);
  g_free (self->progress_id);
  g_clear_pointer (&self->progress, json_node_unref);
  g_free (self);
}

void
signalr_hub_call_free (SignalrHubCall *self)
{
  g_free (self->hub);
  g_free (self->method);
  g_clear_pointer (&self->args, json_node_unref);
  g_free (self->id);
  g_clear_pointer (&self->state, json_node_unref);
  g_free (self);
}

static gboolean
hub_fail (GError     **error,
          const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return FALSE;
}

static JsonNode *
dup_member (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? json_node_ref (node) : NULL;
}

static JsonNode *
dup_object (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_ref (node) : NULL;
}

/* The JavaScript client writes ids as numbers, everybody else as strings. */
static gboolean
read_id (JsonObject  *object,
         const char  *name,
         char       **id,
         GError     **error)
{
  gint64 number = -1;

  if (signalr_json_read_string (object, name, id, NULL))
    return TRUE;

  if (!signalr_json_read_int (object, name, &number, NULL))
    return hub_fail (error, "The id of a call is neither a string nor an integer");

  *id = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return TRUE;
}

/* An error is text. Where it is something else, its JSON says what. */
static char *
read_error (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "E");
  GString *text;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);

  text = g_string_new (NULL);
  signalr_json_write (text, node, NULL);

  return g_string_free (text, FALSE);
}

static gboolean
read_progress (SignalrHubResult  *self,
               JsonObject        *object,
               GError           **error)
{
  JsonNode *progress = json_object_get_member (object, "P");
  JsonNode *value;

  if (progress == NULL || !JSON_NODE_HOLDS_OBJECT (progress))
    return TRUE;

  object = json_node_get_object (progress);
  if (!read_id (object, "I", &self->progress_id, error))
    return FALSE;

  value = json_object_get_member (object, "D");
  self->progress = value != NULL ? json_node_ref (value) : json_node_init_null (json_node_alloc ());

  return TRUE;
}

SignalrHubResult *
signalr_hub_result_decode_node (JsonNode  *node,
                                GError   **error)
{
  g_autoptr (SignalrHubResult) self = NULL;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      hub_fail (error, "The answer to a call is not an object");
      return NULL;
    }

  object = json_node_get_object (node);
  self = g_new0 (SignalrHubResult, 1);

  if (!read_id (object, "I", &self->id, error) || !read_progress (self, object, error))
    return NULL;

  signalr_json_read_boolean (object, "H", &self->hub_error, NULL);
  self->result = dup_member (object, "R");
  self->error = read_error (object);
  self->data = dup_member (object, "D");
  self->state = dup_object (object, "S");

  return g_steal_pointer (&self);
}

SignalrHubResult *
signalr_hub_result_decode (const char  *text,
                           gsize        length,
                           GError     **error)
{
  g_autoptr (JsonNode) root = signalr_json_parse (text, length, error);

  return root != NULL ? signalr_hub_result_decode_node (root, error) : NULL;
}

static gboolean
write_node (GString     *out,
            const char  *name,
            JsonNode    *node,
            GError     **error)
{
  g_string_append_printf (out, "%s\"%s\":", out->str[out->len - 1] == '{' ? "" : ",", name);

  return signalr_json_write (out, node, error);
}

static void
write_text (GString    *out,
            const char *name,
            const char *text)
{
  g_string_append_printf (out, "%s\"%s\":", out->str[out->len - 1] == '{' ? "" : ",", name);
  signalr_json_write_string (out, text);
}

/* The id in front is what clients older than progress look up in vain. */
static gboolean
write_progress (const SignalrHubResult  *self,
                GString                 *out,
                GError                 **error)
{
  g_autofree char *id = g_strconcat ("P|", self->progress_id, NULL);

  write_text (out, "I", id);
  g_string_append (out, ",\"P\":{");
  write_text (out, "I", self->progress_id);
  if (!write_node (out, "D", self->progress, error))
    return FALSE;
  g_string_append_c (out, '}');

  return TRUE;
}

static gboolean
write_answer (const SignalrHubResult  *self,
              GString                 *out,
              GError                 **error)
{
  if (self->result != NULL && !JSON_NODE_HOLDS_NULL (self->result) &&
      !write_node (out, "R", self->result, error))
    return FALSE;

  if (self->id != NULL)
    write_text (out, "I", self->id);
  else if (!write_node (out, "I", NULL, error))
    return FALSE;

  if (self->hub_error)
    g_string_append (out, ",\"H\":true");
  if (self->error != NULL)
    write_text (out, "E", self->error);

  return self->data == NULL || write_node (out, "D", self->data, error);
}

/*< private >
 * signalr_hub_result_encode:
 * @out: what the text is appended to; in case of an error it is as it was
 *
 * The keys are in the order of the official server: `S,R,I,P,H,E,D`.
 */
gboolean
signalr_hub_result_encode (const SignalrHubResult  *self,
                           GString                 *out,
                           GError                 **error)
{
  gsize length = out->len;

  g_string_append_c (out, '{');

  if ((self->state == NULL || write_node (out, "S", self->state, error)) &&
      (self->progress_id != NULL ? write_progress (self, out, error)
                                 : write_answer (self, out, error)))
    {
      g_string_append_c (out, '}');
      return TRUE;
    }

  g_string_truncate (out, length);

  return FALSE;
}

/* The official server reads the names of these members in any case. */
static const char *
find_member (JsonObject *object,
             const char *name)
{
  JsonObjectIter iter;
  const char *candidate;

  if (json_object_has_member (object, name))
    return name;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &candidate, NULL))
    {
      if (g_ascii_strcasecmp (candidate, name) == 0)
        return candidate;
    }

  return name;
}

static gboolean
read_call (SignalrHubCall  *self,
           JsonObject      *object,
           GError         **error)
{
  JsonArray *args = NULL;

  if (!signalr_json_read_string (object, find_member (object, "H"), &self->hub, error) ||
      !signalr_json_read_string (object, find_member (object, "M"), &self->method, error) ||
      !signalr_json_read_array (object, find_member (object, "A"), &args, error) ||
      !read_id (object, find_member (object, "I"), &self->id, error))
    return FALSE;

  if (self->hub == NULL)
    return hub_fail (error, "A call has no “H”, the name of its hub");
  if (self->method == NULL)
    return hub_fail (error, "A call has no “M”, the name of its method");

  self->args = json_node_alloc ();
  if (args != NULL)
    json_node_init_array (self->args, args);
  else
    json_node_take_array (json_node_init (self->args, JSON_NODE_ARRAY), json_array_new ());

  self->state = dup_object (object, find_member (object, "S"));

  return TRUE;
}

SignalrHubCall *
signalr_hub_call_decode (JsonNode  *node,
                         GError   **error)
{
  g_autoptr (SignalrHubCall) self = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      hub_fail (error, "A call is not an object");
      return NULL;
    }

  self = g_new0 (SignalrHubCall, 1);
  if (!read_call (self, json_node_get_object (node), error))
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
write_call (const SignalrHubCall  *self,
            GString               *out,
            GError               **error)
{
  write_text (out, "H", self->hub);
  write_text (out, "M", self->method);

  if (self->args == NULL)
    g_string_append (out, ",\"A\":[]");
  else if (!write_node (out, "A", self->args, error))
    return FALSE;

  if (self->id != NULL)
    write_text (out, "I", self->id);

  return self->state == NULL || write_node (out, "S", self->state, error);
}

/*< private >
 * signalr_hub_call_encode:
 * @out: what the text is appended to; in case of an error it is as it was
 */
gboolean
signalr_hub_call_encode (const SignalrHubCall  *self,
                         GString               *out,
                         GError               **error)
{
  gsize length = out->len;

  g_string_append_c (out, '{');

  if (!write_call (self, out, error))
    {
      g_string_truncate (out, length);
      return FALSE;
    }

  g_string_append_c (out, '}');

  return TRUE;
}
