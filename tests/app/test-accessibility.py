#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real application as a screen reader does: the practice connection
through each of the four signals, by nothing but what the accessibility tree offers."""

import sys
import time

from session import Desktop, Failed, need_session, tap

need_session("pyatspi")
import pyatspi  # noqa: E402  (it connects to the session's bus)

LIMIT = 20


def walk(node):
    """A thing and all in it; what goes away while it is looked at is not there."""
    try:
        if node is not None:
            yield node, node.getRoleName(), node.name
            for child in node:
                yield from walk(child)
    except Exception:
        return


def find(role, begin="", end=""):
    """The first thing of a role whose name begins and ends like that."""
    for node, its_role, name in walk(pyatspi.Registry.getDesktop(0)):
        if its_role == role and name.startswith(begin) and name.endswith(end):
            return node
    return None


def wait(look):
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    return None


def wait_for(role, begin="", end=""):
    return wait(lambda: find(role, begin, end))


def wait_for_none(role):
    return wait(lambda: find(role) is None)


def actions(node):
    try:
        return node.queryAction().nActions
    except NotImplementedError:
        return 0


def press(name):
    def innermost():
        buttons = [node for node, role, its_name in walk(pyatspi.Registry.getDesktop(0))
                   if role in ("push button", "toggle button") and its_name == name and actions(node)]
        return buttons[-1] if buttons else None

    button = wait(innermost)
    if button is None:
        raise Failed(f"there is no button {name}")
    button.queryAction().doAction(0)


def write(name, text):
    field = wait_for("text", name)
    if field is None:
        raise Failed(f"there is no field {name}")
    field.queryEditableText().setTextContents(text)


def checks(log):
    # Short times, so that the whole life of a connection takes seconds.
    with Desktop(log, server_keep_alive=2.0, server_disconnect_timeout=6.0) as desktop:
        application = desktop.start("app/tertulia", "--practice", "--name", "Ana", GTK_A11Y="atspi")

        yield "the application calls itself Tertulia", wait_for("application", "Tertulia")
        yield "it is connected", wait_for("push button", "Connection: Connected")
        yield "the banner says nothing", wait_for_none("status bar")

        press("Silent")
        yield "slow: the banner counts", wait_for("status bar", "The server has not answered for ")
        yield "slow: the header bar says it", wait_for("push button", "Connection: Slow")
        yield "slow: there is a button that helps", wait_for("push button", "Try Now")
        yield "reconnecting: the banner says it", wait_for("status bar", "Reconnecting…")
        yield "reconnecting: the header bar says it", wait_for("push button", "Connection: Reconnecting")
        press("Good")
        yield "reconnected: the banner says it", wait_for("status bar", "Reconnected")
        yield "reconnected: the header bar says it", wait_for("push button", "Connection: Connected")
        yield "reconnected: the banner goes by itself", wait_for_none("status bar")

        press("Gone")
        yield "disconnected: the banner counts down", wait_for("status bar", "Connection lost. Trying again in ")
        yield "disconnected: the header bar says it", wait_for("push button", "Connection: Connection lost")
        write("Message #general", "Are you there?")
        press("Send")
        yield "what is written meanwhile waits", wait_for("list item", "You: Are you there?", "Queued")

        press("Good")
        press("Try Now")
        yield "Try Now connects", wait_for("push button", "Connection: Connected")
        yield "what was written is sent", wait_for("list item", "You: Are you there?", "Sent")

        press("Connection: Connected")
        press("Disconnect")
        yield "ended by the user: the banner says it", wait_for("status bar", "Disconnected")
        yield "ended by the user: the header bar says it", wait_for("push button", "Connection: Disconnected")
        press("Reconnect")
        yield "Reconnect connects", wait_for("push button", "Connection: Connected")

        press("Close")
        yield "the program ends well with its window", application.wait() == 0


sys.exit(tap(checks))
