/* signalr-error.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "signalr-enums.h"

G_BEGIN_DECLS

/**
 * SignalrError:
 * @SIGNALR_ERROR_NAME_NOT_RESOLVED: the host name is not known (yet)
 * @SIGNALR_ERROR_REFUSED: nothing listens at that address
 * @SIGNALR_ERROR_UNREACHABLE: there is no way to that address
 * @SIGNALR_ERROR_TIMED_OUT: no answer came in time
 * @SIGNALR_ERROR_TLS: the server's identity could not be verified
 * @SIGNALR_ERROR_UNAUTHORIZED: the server wants to know who asks (401)
 * @SIGNALR_ERROR_FORBIDDEN: the server knows, and refuses (403)
 * @SIGNALR_ERROR_NOT_FOUND: the server has nothing at that path (404)
 * @SIGNALR_ERROR_NOT_SIGNALR: the server's answer is not SignalR's
 * @SIGNALR_ERROR_PROTOCOL: the server broke the protocol, or speaks another version
 * @SIGNALR_ERROR_HUB: the hub method answered with an error
 * @SIGNALR_ERROR_CLOSED_BY_SERVER: the server ended the connection
 * @SIGNALR_ERROR_NOT_CONNECTED: there is no connection to do this on
 * @SIGNALR_ERROR_QUEUE_FULL: more is waiting to be sent than the limit allows
 * @SIGNALR_ERROR_TOO_LARGE: a message is larger than the limit
 * @SIGNALR_ERROR_INVALID_DATA: text or bytes that do not mean what they should
 * @SIGNALR_ERROR_BUSY: the same is under way already, or too late to change
 * @SIGNALR_ERROR_CANCELLED: ended by `stop` or disposal (a cancellable gives %G_IO_ERROR_CANCELLED)
 *
 * What went wrong, by what the caller can do about it.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_ERROR_NAME_NOT_RESOLVED,
  SIGNALR_ERROR_REFUSED,
  SIGNALR_ERROR_UNREACHABLE,
  SIGNALR_ERROR_TIMED_OUT,
  SIGNALR_ERROR_TLS,
  SIGNALR_ERROR_UNAUTHORIZED,
  SIGNALR_ERROR_FORBIDDEN,
  SIGNALR_ERROR_NOT_FOUND,
  SIGNALR_ERROR_NOT_SIGNALR,
  SIGNALR_ERROR_PROTOCOL,
  SIGNALR_ERROR_HUB,
  SIGNALR_ERROR_CLOSED_BY_SERVER,
  SIGNALR_ERROR_NOT_CONNECTED,
  SIGNALR_ERROR_QUEUE_FULL,
  SIGNALR_ERROR_TOO_LARGE,
  SIGNALR_ERROR_INVALID_DATA,
  SIGNALR_ERROR_BUSY,
  SIGNALR_ERROR_CANCELLED,
} SignalrError;

#define SIGNALR_ERROR (signalr_error_quark ())
#define SIGNALR_TYPE_ERROR (signalr_error_get_type ())

SIGNALR_AVAILABLE_IN_1_0
GQuark          signalr_error_quark           (void);
SIGNALR_AVAILABLE_IN_1_0
GType           signalr_error_get_type        (void);
SIGNALR_AVAILABLE_IN_1_0
const char     *signalr_error_get_code_name   (const GError *error);
SIGNALR_AVAILABLE_IN_1_0
const GError   *signalr_error_get_cause       (const GError *error);
SIGNALR_AVAILABLE_IN_1_0
guint           signalr_error_get_status      (const GError *error);
SIGNALR_AVAILABLE_IN_1_0
gint64          signalr_error_get_retry_after (const GError *error);
SIGNALR_AVAILABLE_IN_1_0
SignalrDelivery signalr_error_get_delivery    (const GError *error);
SIGNALR_AVAILABLE_IN_1_0
JsonNode       *signalr_error_get_data        (const GError *error);

G_END_DECLS
