#!/usr/bin/env python3
# chat.py URL NAME: a chat in Python
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
import json, sys
import gi
gi.require_version("Signalr", "1")
from gi.repository import GLib, Signalr

url, name = sys.argv[1:]
loop = GLib.MainLoop()
connection = Signalr.Connection.new(url)
hub = connection.get_hub("ChatHub")

def heard(hub, method, args):
    print(*json.loads(Signalr.node_to_json(args)), sep=": ", flush=True)

def typed(keyboard, condition):
    if line := keyboard.readline():
        hub.send("SendMessage", Signalr.node_parse(json.dumps([name, line.strip()]), -1))
    else:
        connection.stop_async(None, lambda connection, result: loop.quit())
    return bool(line)

hub.connect("invocation::receivemessage", heard)
connection.start_async(None, lambda connection, result: connection.start_finish(result) and
                       GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, typed))
loop.run()
