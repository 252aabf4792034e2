# policy.py ADDRESS: a connection whose policy, token and stream are given by Python
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
import sys
import gi
gi.require_version("Signalr", "1")
from gi.repository import GLib, Signalr

loop = GLib.MainLoop()
told = []


def ask(attempt, elapsed, error):
    told.append((attempt, error.matches(Signalr.error_quark(), Signalr.Error.REFUSED)))
    return 1 if attempt < 3 else Signalr.RETRY_STOP


def give_token(request):
    told.append("token")
    request.return_("secret")


def disconnected(connection, reason, error):
    if connection.get_retry_at() == 0:
        loop.quit()


policy = Signalr.RetryPolicy.new_custom(ask)
policy.set_retry_initial(True)
connection = Signalr.Connection.new(sys.argv[1])
connection.set_retry_policy(policy)
connection.set_token_func(give_token)
connection.connect("disconnected", disconnected)
connection.start_async(None, None)
loop.run()
print(told == ["token", (1, True), "token", (2, True), "token", (3, True)], flush=True)
