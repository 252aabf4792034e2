/* aspnetcore-records-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

static void
write_text (GString    *out,
            const char *before,
            const char *text)
{
  if (text == NULL)
    return;

  g_string_append (out, before);
  signalr_json_write_string (out, text);
}

static gboolean
write_call (const SignalrRecord  *record,
            GString              *out,
            GError              **error)
{
  write_text (out, ",\"target\":", record->target);

  g_string_append (out, ",\"arguments\":");
  if (record->arguments == NULL)
    g_string_append (out, "[]");
  else if (!signalr_json_write (out, record->arguments, error))
    return FALSE;

  if (record->stream_ids == NULL)
    return TRUE;

  g_string_append (out, ",\"streamIds\":[");
  for (guint i = 0; record->stream_ids[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      signalr_json_write_string (out, record->stream_ids[i]);
    }
  g_string_append_c (out, ']');

  return TRUE;
}

/* `type` first and ids before what they are for: the official server can then
 * read a record in one pass. What is not there is left out; null would end the
 * connection.
 */
gboolean
signalr_record_json_encode (const SignalrRecord  *record,
                            GString              *out,
                            GError              **error)
{
  g_string_append (out, "{\"type\":");
  g_string_append_c (out, '0' + record->type);
  write_text (out, ",\"invocationId\":", record->invocation_id);

  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      if (!write_call (record, out, error))
        return FALSE;
      break;

    case SIGNALR_RECORD_STREAM_ITEM:
      g_string_append (out, ",\"item\":");
      if (!signalr_json_write (out, record->item, error))
        return FALSE;
      break;

    case SIGNALR_RECORD_COMPLETION:
      write_text (out, ",\"error\":", record->error);
      if (record->has_result)
        {
          g_string_append (out, ",\"result\":");
          if (!signalr_json_write (out, record->item, error))
            return FALSE;
        }
      break;

    case SIGNALR_RECORD_CLOSE:
      write_text (out, ",\"error\":", record->error);
      if (record->allow_reconnect)
        g_string_append (out, ",\"allowReconnect\":true");
      break;

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      g_string_append_printf (out, ",\"sequenceId\":%" G_GINT64_FORMAT, record->sequence_id);
      break;

    case SIGNALR_RECORD_CANCEL_INVOCATION:
    case SIGNALR_RECORD_PING:
    default:
      break;
    }

  g_string_append_c (out, '}');

  return TRUE;
}

static gboolean
read_fail (GError     **error,
           const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return FALSE;
}

#define OF_STRING "of type String"
#define OF_NUMBER "of type Number"
#define OF_ARRAY "of type Array"
#define OF_OBJECT "of type StartObject"
#define OF_BOOLEAN "true or false"

/* The members of a record, in this order. */
enum {
  TYPE, INVOCATION_ID, TARGET, ARGUMENTS, ITEM, RESULT, ERROR,
  ALLOW_RECONNECT, SEQUENCE_ID, STREAM_IDS, HEADERS,
  N_MEMBERS
};

/* The texts are those of the official server, which tells them where errors are
 * detailed.
 */
static gboolean
read_kind (const JsonMember  *member,
           gboolean           right,
           const char        *kind,
           GError           **error)
{
  if (right || member->kind == JSON_MEMBER_ABSENT)
    return TRUE;

  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "Expected '%s' to be %s.", member->name, kind);

  return FALSE;
}

static gboolean
read_string (JsonMember  *member,
             char       **value,
             GError     **error)
{
  if (!read_kind (member, member->kind == JSON_MEMBER_STRING, OF_STRING, error))
    return FALSE;

  *value = g_steal_pointer (&member->string);

  return TRUE;
}

static gboolean
read_boolean (JsonMember  *member,
              gboolean    *value,
              GError     **error)
{
  gboolean right = member->node != NULL && json_node_get_value_type (member->node) == G_TYPE_BOOLEAN;

  if (!read_kind (member, right, OF_BOOLEAN, error))
    return FALSE;

  if (right)
    *value = json_node_get_boolean (member->node);

  return TRUE;
}

static gboolean
read_array (JsonMember  *member,
            JsonNode   **value,    /* (transfer full) */
            GError     **error)
{
  if (!read_kind (member, member->node != NULL && JSON_NODE_HOLDS_ARRAY (member->node), OF_ARRAY, error))
    return FALSE;

  *value = g_steal_pointer (&member->node);

  return TRUE;
}

static gboolean
read_headers (JsonMember  *member,
              GError     **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (member->kind == JSON_MEMBER_ABSENT)
    return TRUE;
  if (!read_kind (member, JSON_NODE_HOLDS_OBJECT (member->node), OF_OBJECT, error))
    return FALSE;

  json_object_iter_init (&iter, json_node_get_object (member->node));
  while (json_object_iter_next (&iter, &name, &value))
    {
      if (json_node_get_value_type (value) != G_TYPE_STRING)
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                       "Expected header '%s' to be of type String.", name);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
read_stream_ids (SignalrRecord  *record,
                 JsonMember     *member,
                 GError        **error)
{
  g_autoptr (GStrvBuilder) ids = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array;

  if (!read_array (member, &node, error))
    return FALSE;

  array = node != NULL ? json_node_get_array (node) : NULL;
  if (array == NULL || json_array_get_length (array) == 0)
    return TRUE;

  ids = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *id = json_array_get_element (array, i);

      if (json_node_get_value_type (id) != G_TYPE_STRING)
        return read_fail (error, "Null value for 'streamIds' is not valid.");

      g_strv_builder_add (ids, json_node_get_string (id));
    }
  record->stream_ids = g_strv_builder_end (ids);

  return TRUE;
}

static gboolean
read_call (SignalrRecord  *record,
           JsonMember     *members,
           GError        **error)
{
  if (!read_string (&members[TARGET], &record->target, error) ||
      !read_array (&members[ARGUMENTS], &record->arguments, error) ||
      !read_stream_ids (record, &members[STREAM_IDS], error))
    return FALSE;

  if (record->target == NULL)
    return read_fail (error, "Missing required property 'target'.");

  if (record->arguments == NULL)
    return read_fail (error, "Missing required property 'arguments'.");

  /* An id without letters wants no answer, like none at all. */
  if (record->type == SIGNALR_RECORD_INVOCATION && g_strcmp0 (record->invocation_id, "") == 0)
    g_clear_pointer (&record->invocation_id, g_free);

  return TRUE;
}

static gboolean
read_item (SignalrRecord  *record,
           JsonMember     *member)
{
  record->item = g_steal_pointer (&member->node);

  return record->item != NULL;
}

static gboolean
read_sequence (SignalrRecord  *record,
               JsonMember     *member,
               GError        **error)
{
  if (member->kind == JSON_MEMBER_ABSENT || member->kind == JSON_MEMBER_NULL)
    return read_fail (error, "Missing required property 'sequenceId'.");

  record->sequence_id = member->integer;

  return read_kind (member, member->kind == JSON_MEMBER_INTEGER, OF_NUMBER, error);
}

static gboolean
read_record (SignalrRecord  *record,
             JsonMember     *members,
             GError        **error)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      return read_call (record, members, error);

    case SIGNALR_RECORD_STREAM_ITEM:
      return read_item (record, &members[ITEM]) ||
             read_fail (error, "Missing required property 'item'.");

    case SIGNALR_RECORD_COMPLETION:
      record->has_result = read_item (record, &members[RESULT]);
      return read_string (&members[ERROR], &record->error, error);

    case SIGNALR_RECORD_CLOSE:
      return read_string (&members[ERROR], &record->error, error) &&
             read_boolean (&members[ALLOW_RECONNECT], &record->allow_reconnect, error);

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      return read_sequence (record, &members[SEQUENCE_ID], error);

    case SIGNALR_RECORD_CANCEL_INVOCATION:
    case SIGNALR_RECORD_PING:
    default:
      return TRUE;
    }
}

/* Only what an application gave may be null. */
static gboolean
refuse_null (JsonMember  *members,
             GError     **error)
{
  static const char * const kinds[N_MEMBERS] = {
    [TYPE] = OF_NUMBER, [INVOCATION_ID] = OF_STRING, [TARGET] = OF_STRING, [ARGUMENTS] = OF_ARRAY, [ERROR] = OF_STRING,
    [ALLOW_RECONNECT] = OF_BOOLEAN, [STREAM_IDS] = OF_ARRAY, [HEADERS] = OF_OBJECT,
  };

  for (guint i = 0; i < N_MEMBERS; i++)
    {
      if (kinds[i] != NULL && !read_kind (&members[i], members[i].kind != JSON_MEMBER_NULL, kinds[i], error))
        return FALSE;
    }

  return TRUE;
}

static SignalrRecord *
make_record (JsonMember  *members,
             GError     **error)
{
  g_autoptr (SignalrRecord) record = NULL;

  if (!refuse_null (members, error) ||
      !read_kind (&members[TYPE], members[TYPE].kind == JSON_MEMBER_INTEGER, OF_NUMBER, error))
    return NULL;

  if (members[TYPE].kind == JSON_MEMBER_ABSENT)
    {
      read_fail (error, "Missing required property 'type'.");
      return NULL;
    }

  if (members[TYPE].integer < SIGNALR_RECORD_INVOCATION || members[TYPE].integer > SIGNALR_RECORD_SEQUENCE)
    return NULL;

  record = signalr_record_new (members[TYPE].integer);
  if (!read_headers (&members[HEADERS], error) ||
      !read_string (&members[INVOCATION_ID], &record->invocation_id, error) ||
      !read_record (record, members, error) ||
      !signalr_record_check (record, error))
    return NULL;

  return g_steal_pointer (&record);
}

SignalrRecord *
signalr_record_json_decode (const char  *text,
                            gsize        length,
                            GError     **error)
{
  JsonMember members[N_MEMBERS] = {
    [TYPE] = { .name = "type" },
    [INVOCATION_ID] = { .name = "invocationId" },
    [TARGET] = { .name = "target" },
    [ARGUMENTS] = { .name = "arguments", .as_node = TRUE },
    [ITEM] = { .name = "item", .as_node = TRUE },
    [RESULT] = { .name = "result", .as_node = TRUE },
    [ERROR] = { .name = "error" },
    [ALLOW_RECONNECT] = { .name = "allowReconnect" },
    [SEQUENCE_ID] = { .name = "sequenceId" },
    [STREAM_IDS] = { .name = "streamIds", .as_node = TRUE },
    [HEADERS] = { .name = "headers", .as_node = TRUE },
  };
  SignalrRecord *record = NULL;
  GError *local_error = NULL;

  if (signalr_json_parse_members (text, length, members, N_MEMBERS, &local_error))
    record = make_record (members, error);
  else if (local_error != NULL)
    g_propagate_error (error, local_error);
  else
    read_fail (error, "A record is not an object");

  signalr_json_clear_members (members, N_MEMBERS);

  return record;
}
