#!/usr/bin/python3
# flatpak-session.py SERVER ID: drives the installed sandbox, inside a session bus
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the Flatpak against a server on this machine until the server tells that
it is connected; then ends the server, and waits for the notification, which must
come through the notification portal, because the sandbox has no other way out."""

import pathlib
import subprocess
import sys
import time

import gi

gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/support"))
from program import LIMIT, Failed, Programs, explain  # noqa: E402


def put_a_window_in_front():
    """Somebody works elsewhere: only then is a loss worth a notification."""
    Gtk.init()
    window = Gtk.Window(title="Elsewhere")
    window.present()
    end = time.monotonic() + LIMIT
    while not window.is_active():
        if time.monotonic() > end:
            raise Failed(f"another window did not come to the front within {LIMIT} s")
        GLib.MainContext.default().iteration(False)
        time.sleep(0.01)
    return window


def session(server_path, application, programs):
    # The sandbox keeps its settings in a key file of its own.
    settings = pathlib.Path.home() / ".var/app" / application / "config/glib-2.0/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "keyfile").write_text("[org/tertulia/Tertulia]\nnotify-after=1.0\n", encoding="utf-8")

    daemon = programs.start(["/usr/bin/python3", "-u", "-m", "dbusmock", "--session",
                             "--template", "notification_daemon"], name="notification daemon")
    server = programs.start([server_path, "--port", 0, "--key", pathlib.Path.home() / "server.key",
                             "--disconnect-timeout", 6, "--keep-alive", 2])
    address = server.listening()

    # What the bus starts knows its desktop and its display only when told.
    subprocess.run(["dbus-update-activation-environment", "XDG_CURRENT_DESKTOP", "DISPLAY",
                    "HOME", "XDG_RUNTIME_DIR"], check=True)
    programs.start(["flatpak", "run", "--user", "--env=GSK_RENDERER=cairo", "--env=GDK_DEBUG=gl-disable",
                    application, "--server", f"{address}/signalr", "--name", "Sandbox"], name="sandbox")
    server.wait_event("connected")

    window = put_a_window_in_front()
    server.end()
    daemon.wait_for("the notification", lambda _, line: "Notify" in line and "Tertulia" in line)
    window.destroy()


def main():
    server_path, application = sys.argv[1:]
    log = []
    try:
        with Programs(log) as programs:
            try:
                session(server_path, application, programs)
            finally:
                subprocess.run(["flatpak", "kill", application], check=False)
    except Failed as failure:
        explain(log)
        sys.exit(str(failure))


main()
