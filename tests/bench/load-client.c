/* load-client.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load-client.h"

#include <string.h>

#define HUB "BenchHub"
#define HANDSHAKE_DONE "{}\x1e"

static const char *const classic_names[] = {
  [LOAD_WEB_SOCKETS] = "webSockets",
  [LOAD_EVENTS] = "serverSentEvents",
  [LOAD_POLLING] = "longPolling",
};

static GByteArray *body_buffer;

static void
load_client_ask (LoadClient *self,
                 const char *method,
                 const char *step,
                 const char *body)
{
  g_autofree char *target = NULL;

  target = g_strdup_printf ("%s%s?%s", self->plan->path, step, self->query);
  load_line_open (&self->side);
  load_line_request (&self->side, method, target, "", body);
}

static void
load_client_poll (LoadClient *self)
{
  g_autofree char *target = NULL;

  if (!self->plan->classic)
    target = g_strdup_printf ("%s?%s", self->plan->path, self->query);
  else if (self->cursor == NULL)
    target = g_strdup_printf ("%s/connect?%s", self->plan->path, self->query);
  else
    target = g_strdup_printf ("%s/poll?%s&messageId=%s", self->plan->path, self->query, self->cursor);

  load_line_request (&self->line, "GET", target, "", "");
}

static void
load_client_connect (LoadClient *self)
{
  g_autofree char *target = NULL;

  self->stage = LOAD_CONNECTING;
  load_line_open (&self->line);
  target = g_strdup_printf ("%s%s?%s", self->plan->path, self->plan->classic ? "/connect" : "", self->query);

  switch (self->plan->transport)
    {
    case LOAD_WEB_SOCKETS:
      load_line_upgrade (&self->line, target);
      break;
    case LOAD_EVENTS:
      load_line_request (&self->line, "GET", target, "Accept: text/event-stream\r\n", "");
      break;
    case LOAD_POLLING:
      load_client_poll (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static char *
find_member (const char *text,
             const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("\"%s\":\"", name);
  const char *at = strstr (text, pattern);
  const char *end;

  if (at == NULL)
    return NULL;

  at += strlen (pattern);
  end = strchr (at, '"');

  return g_strndup (at, end - at);
}

static void
load_client_negotiated (LoadClient *self,
                        const char *answer)
{
  g_autofree char *token = find_member (answer, self->plan->classic ? "ConnectionToken" : "connectionToken");
  g_autofree char *escaped = NULL;

  if (token == NULL)
    load_fail ("No token: %s", answer);

  escaped = g_uri_escape_string (token, NULL, FALSE);
  if (self->plan->classic)
    {
      g_autofree char *old = g_steal_pointer (&self->query);

      self->query = g_strdup_printf ("%s&transport=%s&connectionToken=%s", old,
                                     classic_names[self->plan->transport], escaped);
    }
  else
    {
      g_free (self->query);
      self->query = g_strdup_printf ("id=%s", escaped);
    }

  load_client_connect (self);
}

static const char *
handshake (const LoadPlan *plan)
{
  return plan->messagepack ? "{\"protocol\":\"messagepack\",\"version\":1}\x1e"
                           : "{\"protocol\":\"json\",\"version\":1}\x1e";
}

static void
load_client_start (LoadClient *self)
{
  self->stage = LOAD_STARTING;
  load_client_ask (self, "GET", "/start", "");
}

/* The answer of negotiate, of the handshake's post, or of start. */
static void
load_client_side_cb (LoadLine *line,
                     gpointer  owner)
{
  LoadClient *self = owner;
  LoadAnswer answer;

  if (!load_line_answer (line, body_buffer, &answer))
    return;
  if (answer.status != 200)
    load_fail ("The server answers %u: %s", answer.status, answer.body);

  load_line_close (line);
  if (self->stage == LOAD_NEGOTIATING)
    load_client_negotiated (self, answer.body);
  else if (self->stage == LOAD_STARTING)
    self->stage = LOAD_READY;
  else if (self->plan->transport == LOAD_POLLING)
    load_client_poll (self);

  if (self->stage == LOAD_READY && self->plan->transport == LOAD_POLLING)
    load_client_poll (self);
}

/* One record of the Core protocol; @text without what ends it. */
static void
load_client_record (LoadClient *self,
                    const char *text,
                    gsize       length)
{
  const char *type = length > 8 ? memmem (text, MIN (length, 64), "\"type\":", 7) : NULL;
  gboolean carries = FALSE;

  if (self->stage == LOAD_OPENING && length == 2)
    {
      self->stage = LOAD_READY;
      return;
    }
  if (type == NULL)
    load_fail ("Not a record: %.*s", (int) length, text);

  carries = memmem (text, length, self->plan->text, strlen (self->plan->text)) != NULL;
  if (type[7] == '1' && carries)
    self->plan->n_messages++;
  else if (type[7] == '3' && memmem (text, length, "\"error\"", 7) == NULL)
    self->n_results++;
  else if (type[7] != '6')
    load_fail ("Unexpected: %.*s", (int) length, text);
}

/* A record may lie in several frames. */
static void
load_client_records (LoadClient *self,
                     const char *data,
                     gsize       length)
{
  while (length > 0)
    {
      const char *end = memchr (data, 0x1e, length);
      gsize size = end != NULL ? (gsize) (end - data) : length;

      if (end == NULL || self->record->len > 0)
        g_byte_array_append (self->record, (const guint8 *) data, size);
      if (end == NULL)
        return;

      if (self->record->len > 0)
        load_client_record (self, (const char *) self->record->data, self->record->len);
      else
        load_client_record (self, data, size);

      g_byte_array_set_size (self->record, 0);
      length -= size + 1;
      data += size + 1;
    }
}

static void
load_client_packed (LoadClient   *self,
                    const guint8 *data,
                    gsize         length)
{
  while (length > 0)
    {
      gsize size = 0, head = 0;

      do
        size |= (gsize) (data[head] & 0x7f) << (7 * head);
      while (data[head++] & 0x80);

      if (head + size > length || (data[head] & 0xf0) != 0x90)
        load_fail ("Not a MessagePack record");

      if (data[head + 1] == 1)
        self->plan->n_messages++;
      else if (data[head + 1] == 3)
        self->n_results++;
      data += head + size;
      length -= head + size;
    }
}

static guint
count (const char *data,
       gsize       length,
       const char *word)
{
  const char *end = data + length;
  guint n = 0;

  while ((data = memmem (data, end - data, word, strlen (word))) != NULL)
    {
      data += strlen (word);
      n++;
    }

  return n;
}

static void
load_client_envelope (LoadClient *self,
                      const char *data,
                      gsize       length)
{
  if (self->stage == LOAD_OPENING && memmem (data, length, "\"S\":1", 5) != NULL)
    load_client_start (self);
  else if (memmem (data, length, "\"E\":", 4) != NULL)
    load_fail ("An error: %.*s", (int) length, data);
  else if (memmem (data, length, "\"I\":", 4) != NULL)
    self->n_results++;
  else
    self->plan->n_messages += count (data, length, "\"H\":");
}

static void
load_client_frames (LoadClient *self)
{
  gsize used = 0, n, length;
  const guint8 *payload;
  guint opcode;

  while ((n = load_frame_read (self->line.input->data + used, self->line.input->len - used,
                               &opcode, &payload, &length)) > 0)
    {
      used += n;
      if (opcode == LOAD_CLOSE)
        load_fail ("The server closes a WebSocket: %.*s", (int) length, (const char *) payload);
      if (opcode > LOAD_BINARY)
        continue;

      if (self->plan->classic)
        load_client_envelope (self, (const char *) payload, length);
      else if (self->plan->messagepack && self->stage == LOAD_READY)
        load_client_packed (self, payload, length);
      else
        load_client_records (self, (const char *) payload, length);
    }

  load_line_take (&self->line, used);
}

static void
load_client_opened (LoadClient *self,
                    guint       status)
{
  guint expected = self->plan->transport == LOAD_WEB_SOCKETS ? 101 : 200;

  if (status != expected)
    load_fail ("The server answers %u: %s", status, (const char *) body_buffer->data);

  self->stage = LOAD_OPENING;
  if (self->plan->classic)
    return;

  if (self->plan->transport == LOAD_WEB_SOCKETS)
    {
      load_line_frame (&self->line, LOAD_TEXT, handshake (self->plan), strlen (handshake (self->plan)));
      load_line_flush (&self->line);
    }
  else
    {
      load_client_ask (self, "POST", "", handshake (self->plan));
    }
}

/* Behind the first message nothing of an event stream is looked at. */
static void
load_client_streamed (LoadClient *self)
{
  LoadAnswer answer;

  if (self->stage >= LOAD_STARTING)
    {
      load_line_take (&self->line, self->line.input->len);
      return;
    }
  if (!load_line_stream (&self->line, body_buffer, &answer))
    return;

  if (self->stage == LOAD_CONNECTING)
    load_client_opened (self, answer.status);

  if (self->plan->classic && strstr (answer.body, "\"S\":1") != NULL)
    load_client_start (self);
  else if (!self->plan->classic && strstr (answer.body, HANDSHAKE_DONE) != NULL)
    self->stage = LOAD_READY;
}

static void
load_client_polled (LoadClient *self)
{
  LoadAnswer answer;

  if (!load_line_answer (&self->line, body_buffer, &answer))
    return;

  if (self->plan->classic)
    {
      g_autofree char *cursor = find_member (answer.body, "C");

      if (cursor != NULL)
        {
          g_free (self->cursor);
          self->cursor = g_uri_escape_string (cursor, NULL, FALSE);
        }
    }

  if (self->stage == LOAD_CONNECTING)
    {
      load_client_opened (self, answer.status);
      if (self->plan->classic)
        load_client_start (self);
      return;
    }

  if (answer.status != 200)
    load_fail ("The server answers a poll %u: %s", answer.status, answer.body);
  if (self->stage == LOAD_OPENING && strstr (answer.body, HANDSHAKE_DONE) != NULL)
    self->stage = LOAD_READY;
  load_client_poll (self);
}

static void
load_client_line_cb (LoadLine *line,
                     gpointer  owner)
{
  LoadClient *self = owner;

  if (self->plan->transport == LOAD_EVENTS)
    {
      load_client_streamed (self);
    }
  else if (self->plan->transport == LOAD_POLLING)
    {
      load_client_polled (self);
    }
  else
    {
      LoadAnswer answer;

      if (self->stage == LOAD_CONNECTING && load_line_answer (line, body_buffer, &answer))
        load_client_opened (self, answer.status);
      if (self->stage > LOAD_CONNECTING)
        load_client_frames (self);
    }
}

LoadClient *
load_client_new (LoadPlan *plan,
                 int       poller)
{
  LoadClient *self = g_new0 (LoadClient, 1);

  if (body_buffer == NULL)
    body_buffer = g_byte_array_new ();

  self->plan = plan;
  self->record = g_byte_array_new ();
  load_line_init (&self->line, poller, load_client_line_cb, self);
  load_line_init (&self->side, poller, load_client_side_cb, self);

  if (plan->classic)
    {
      self->query = g_strdup ("clientProtocol=2.1&connectionData=%5B%7B%22name%22%3A%22" HUB "%22%7D%5D");
      load_client_ask (self, "GET", "/negotiate", "");
    }
  else
    {
      self->query = g_strdup ("negotiateVersion=1");
      load_client_ask (self, "POST", "/negotiate", "");
    }

  return self;
}

void
load_client_free (LoadClient *self)
{
  load_line_close (&self->line);
  load_line_close (&self->side);
  g_byte_array_unref (self->line.input);
  g_byte_array_unref (self->line.output);
  g_byte_array_unref (self->side.input);
  g_byte_array_unref (self->side.output);
  g_byte_array_unref (self->record);
  g_free (self->query);
  g_free (self->cursor);
  g_free (self);
}

static void
append_packed_text (GByteArray *bytes,
                    const char *text)
{
  gsize length = strlen (text);
  guint8 head[3] = { 0xda, length >> 8, length };

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) text, length);
}

static void
load_client_call_packed (LoadClient *self,
                         const char *method)
{
  static const guint8 begin[] = { 0x96, 1, 0x80 };
  static const guint8 one_argument = 0x91, no_streams = 0x90;
  g_autoptr (GByteArray) record = g_byte_array_new ();
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  char id[32];
  guint8 head[2];

  g_snprintf (id, sizeof id, "%" G_GUINT64_FORMAT, self->n_calls);
  g_byte_array_append (record, begin, sizeof begin);
  append_packed_text (record, id);
  append_packed_text (record, method);
  g_byte_array_append (record, &one_argument, 1);
  append_packed_text (record, self->plan->text);
  g_byte_array_append (record, &no_streams, 1);

  head[0] = 0x80 | record->len;
  head[1] = record->len >> 7;
  g_byte_array_append (frame, head, sizeof head);
  g_byte_array_append (frame, record->data, record->len);
  load_line_frame (&self->line, LOAD_BINARY, frame->data, frame->len);
}

void
load_client_call (LoadClient *self,
                  const char *method)
{
  static char text[8192];
  int length;

  self->n_calls++;
  if (self->plan->messagepack)
    {
      load_client_call_packed (self, method);
      return;
    }

  if (self->plan->classic)
    length = g_snprintf (text, sizeof text, "{\"H\":\"" HUB "\",\"M\":\"%s\",\"A\":[\"%s\"],\"I\":%" G_GUINT64_FORMAT "}",
                         method, self->plan->text, self->n_calls);
  else
    length = g_snprintf (text, sizeof text,
                         "{\"type\":1,\"invocationId\":\"%" G_GUINT64_FORMAT "\",\"target\":\"%s\",\"arguments\":[\"%s\"]}\x1e",
                         self->n_calls, method, self->plan->text);

  load_line_frame (&self->line, LOAD_TEXT, text, length);
}

void
load_client_flush (LoadClient *self)
{
  load_line_flush (&self->line);
}
