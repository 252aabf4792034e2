# hub.py: a server with a hub written in Python; its address is its first line
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import gi
gi.require_version("Signalr", "1")
from gi.repository import GLib, Signalr


class EchoHub(Signalr.Hub):
    def __init__(self):
        super().__init__()
        self.add_method("echo", 1, self.echo)
        self.add_method("fail", 0, lambda hub, call: call.return_error("Not today.", None))

    def echo(self, hub, call):
        word = call.get_args().get_string_element(0)
        call.return_value(Signalr.node_parse(json.dumps(word.upper()), -1))

    def do_connected(self, start):
        print("connected", flush=True)
        start.return_value(None)

    def do_disconnected(self, caller, stop_called, error):
        print("disconnected", stop_called, flush=True)


server = Signalr.Server()
server.add_hub("echo", EchoHub())
server.map_hubs("/signalr", None)
server.listen("127.0.0.1", 0)
print(server.get_uri(), flush=True)
GLib.MainLoop().run()
