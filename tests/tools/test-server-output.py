#!/usr/bin/env python3
# test-server-output.py: tertulia-server and signalr-link, whose output nobody reads
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""They serve all the same, and tell later what they left out. Prints TAP."""

import fcntl
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request

tests = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(tests.parent / "build-aux"))
from tap import report  # noqa: E402

TOOLS = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"]) / "src/tools"
LIMIT = 60
# Their answers are more than the pipe and the server hold.
N_COMMANDS = 40000
PIPE_SIZE = 4096


def start(*command):
    """A tool that has said where it listens, with a small pipe behind it."""
    child = subprocess.Popen([TOOLS / command[0], *command[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    return child, json.loads(child.stdout.readline())["listening"]


def ask(address):
    with urllib.request.urlopen(f"{address}/signalr/ping", timeout=LIMIT) as answer:
        return answer.read()


def command_all(child):
    """Which the server can only take when it does not wait for its reader."""
    writer = threading.Thread(target=lambda: (child.stdin.write(b"{}\n" * N_COMMANDS), child.stdin.flush()), daemon=True)
    writer.start()
    writer.join(LIMIT)
    return not writer.is_alive()


def read_until_dropped(child):
    """How many answers came, and how many the server says that it has left out."""
    n_answers = n_dropped = 0
    while n_answers + n_dropped < N_COMMANDS:
        event = json.loads(child.stdout.readline())
        if event["event"] == "dropped":
            n_dropped += event["lines"]
        elif event["event"] == "error":
            n_answers += 1
    return n_answers, n_dropped


def drops(folder):
    child, address = start("tertulia-server", "--key", f"{folder}/key")
    if not command_all(child):
        child.kill()
        return ["It waits for its reader"]
    found = []
    if b"pong" not in ask(address):
        found.append("It does not serve")
    n_answers, n_dropped = read_until_dropped(child)
    if n_dropped == 0 or n_answers + n_dropped != N_COMMANDS:
        found.append(f"{n_answers} answers and {n_dropped} dropped of {N_COMMANDS}")
    # And then it is as it was.
    child.stdin.write(b"{}\n")
    child.stdin.flush()
    if json.loads(child.stdout.readline())["event"] != "error":
        found.append("Its lines do not go on")
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=LIMIT)
    if child.returncode != 0:
        found.append(f"It ends with {child.returncode}")
    return found


def ends(folder):
    """With the output still full."""
    return ends_unread("tertulia-server", "--key", f"{folder}/key")


def link_ends():
    return ends_unread("signalr-link", "--listen", "0", "--to", "127.0.0.1:1")


def ends_unread(*command):
    child, _ = start(*command)
    if not command_all(child):
        child.kill()
        return ["It waits for its reader"]
    child.send_signal(signal.SIGTERM)
    status = child.wait(LIMIT)
    return [] if status == 0 else [f"It ends with {status}"]


with tempfile.TemporaryDirectory() as temporary:
    report([("serves, and counts what nobody read", drops(temporary)),
            ("ends though nobody reads", ends(temporary)),
            ("a link takes commands and ends though nobody reads", link_ends())])
