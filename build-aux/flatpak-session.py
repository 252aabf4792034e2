#!/usr/bin/python3
# flatpak-session.py SERVER ID: drives the installed sandbox, inside a session bus
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the Flatpak against a server on this machine until the server tells that
it is connected; then ends the server, and waits for the notification, which must
come through the notification portal, because the sandbox has no other way out."""

import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

LIMIT = 60


class Program:
    """A child whose lines are read as they come."""

    def __init__(self, *argv, **options):
        self.name = os.path.basename(argv[0])
        self.lines = queue.Queue()
        self.child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      stdin=subprocess.DEVNULL, text=True, errors="replace", **options)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stdout:
            print(f"{self.name}: {line.rstrip()}", flush=True)
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, what, wanted):
        """The first line that `wanted` likes; `what` names it where none comes."""
        end = time.monotonic() + LIMIT
        while True:
            try:
                line = self.lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                sys.exit(f"{what}: not within {LIMIT} s")
            if line is None:
                sys.exit(f"{what}: {self.name} ended before")
            if wanted(line):
                return line

    def end(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def event(line):
    try:
        return json.loads(line)
    except ValueError:
        return {}


def main():
    server_path, application = sys.argv[1:]
    programs = []

    # The sandbox keeps its settings in a key file of its own.
    settings = pathlib.Path.home() / ".var/app" / application / "config/glib-2.0/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "keyfile").write_text("[org/tertulia/Tertulia]\nnotify-after=1.0\n")

    try:
        daemon = Program("/usr/bin/python3", "-u", "-m", "dbusmock", "--session",
                         "--template", "notification_daemon")
        programs.append(daemon)

        key = pathlib.Path.home() / "server.key"
        server = Program(server_path, "--port", "0", "--key", str(key),
                         "--disconnect-timeout", "6", "--keep-alive", "2")
        programs.append(server)
        address = event(server.wait_for("the server's address", lambda l: "listening" in event(l)))["listening"]

        # Without a name on the bus for its desktop the portal has no backend.
        subprocess.run(["dbus-update-activation-environment", "XDG_CURRENT_DESKTOP", "DISPLAY",
                        "HOME", "XDG_RUNTIME_DIR"], check=True)
        sandbox = Program("flatpak", "run", "--user", "--env=GSK_RENDERER=cairo", "--env=GDK_DEBUG=gl-disable",
                          application, "--server", address + "/signalr", "--name", "Sandbox")
        programs.append(sandbox)
        server.wait_for("the connection", lambda l: event(l).get("event") == "connected")

        server.end()
        daemon.wait_for("the notification", lambda l: "Notify" in l and "Tertulia" in l)
    finally:
        subprocess.run(["flatpak", "kill", application], check=False)
        for program in reversed(programs):
            program.end()


main()
