#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop is told when the connection has been lost for a while and the window
is not in front, once, and told no longer when the connection is back."""

import sys
import time

from session import Desktop, need_session, tap

need_session("gi")
import gi  # noqa: E402

try:
    gi.require_version("Gtk", "4.0")
except ValueError:
    from session import skip
    skip("no GTK 4 for Python")
from gi.repository import Gio, GLib, Gtk  # noqa: E402

LIMIT = 20

INTERFACE = Gio.DBusNodeInfo.new_for_xml("""
<node><interface name="org.gtk.Notifications">
  <method name="AddNotification">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
  </method>
  <method name="RemoveNotification">
    <arg type="s" direction="in"/><arg type="s" direction="in"/>
  </method>
</interface></node>""").interfaces[0]


class Notifications:
    """The desktop's notification service, as GLib knows it."""

    def __init__(self):
        self.shown, self.removed = [], []
        self._bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self._bus.register_object("/org/gtk/Notifications", INTERFACE, self._called, None, None)
        self.owned = False
        Gio.bus_own_name_on_connection(self._bus, "org.gtk.Notifications", Gio.BusNameOwnerFlags.NONE,
                                       lambda *_: setattr(self, "owned", True), None)

    def _called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        application, name, *content = parameters.unpack()
        if method == "AddNotification":
            self.shown.append((application, name, content[0]))
        else:
            self.removed.append((application, name))
        invocation.return_value(None)

    def activate(self, application, action):
        """What a click on the notification does."""
        self._bus.call_sync(application, "/" + application.replace(".", "/"), "org.freedesktop.Application",
                            "ActivateAction", GLib.Variant("(sava{sv})", (action, [], {})), None,
                            Gio.DBusCallFlags.NONE, 5000, None)


def wait(condition):
    context = GLib.MainContext.default()
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if condition():
            return True
        if not context.iteration(False):
            time.sleep(0.02)
    return False


def checks(log):
    notifications = Notifications()
    wait(lambda: notifications.owned)

    with Desktop(log, notify_after=1.0) as desktop:
        times = ["--keep-alive", "2", "--disconnect-timeout", "6"]
        server = desktop.start("tools/tertulia-server", "--port", "0", *times)
        address = server.listening()
        desktop.start("app/tertulia", "--server", address, "--name", "Ana", GTK_A11Y="none")
        server.wait_event("connected")

        # Somebody works elsewhere.
        window = Gtk.Window(title="Elsewhere")
        window.present()
        yield "another window is in front", wait(window.is_active)

        server.end()
        yield "the loss is told", wait(lambda: notifications.shown)
        application, name, content = notifications.shown[0]
        yield "by Tertulia", application == "org.tertulia.Tertulia"
        yield "with the server's name", address.split("//")[1] in content["title"]
        yield "and a reason", content["body"]
        yield "a click leads to the window", content["default-action"] == "app.show"
        notifications.activate(application, "show")
        yield "which comes to the front", wait(lambda: not window.is_active())
        window.present()

        port = address.rsplit(":", 1)[1]
        server = desktop.start("tools/tertulia-server", "--port", port, *times)
        server.listening()
        yield "when the connection is back it is withdrawn", wait(lambda: (application, name) in notifications.removed)
        yield "it was told once", len(notifications.shown) == 1


Gtk.init()
sys.exit(tap(checks))
