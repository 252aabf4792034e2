# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that talk in JSON lines, as tests drive them."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

# A safety net, not a measure: what a test waits for comes much sooner, or never.
LIMIT = 30


class Failed(Exception):
    """What a test says when it did not see what it waited for."""


# Those that run, so that none outlives a test that is ended from outside.
_living = set()


def _end_all(*_):
    for child in list(_living):
        child.kill()
    os._exit(1)


signal.signal(signal.SIGTERM, _end_all)


def parse(line):
    """The JSON object in a line; an empty one where it holds something else."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class Program:
    """A child whose lines are read as they come, and kept in the order they came."""

    def __init__(self, argv, name=None, log=None, **options):
        self.name = name or os.path.basename(argv[0])
        self.events = []
        self._log = log
        self._lines = queue.Queue()
        try:
            self._child = subprocess.Popen([str(arg) for arg in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
                                           **options)
        except OSError as error:
            raise Failed(f"{self.name} cannot be run: {error}") from error
        self.pid = self._child.pid
        _living.add(self._child)
        threading.Thread(target=self._read, daemon=True).start()

    def _note(self, words):
        if self._log is not None:
            self._log.append(f"{time.monotonic():.3f} {self.name} {words}")

    def _read(self):
        for line in self._child.stdout:
            self._note(line.rstrip())
            self._lines.put(line)
        self._lines.put(None)

    def do(self, command, **members):
        """Gives the program one command."""
        line = json.dumps({"do": command, **members})
        self._note(f"< {line}")
        try:
            self._child.stdin.write(line + "\n")
            self._child.stdin.flush()
        except OSError as error:
            raise Failed(f"{self.name} has ended: {error}") from error

    def wait_for(self, what, wanted, limit=LIMIT):
        """The first line from now on that `wanted` likes, parsed; `what` names it for people."""
        end = time.monotonic() + limit
        while True:
            try:
                line = self._lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise Failed(f"{self.name}: {what} did not come within {limit} s") from None
            if line is None:
                self._lines.put(None)
                raise Failed(f"{self.name} ended before {what} came")
            event = parse(line)
            self.events.append(event)
            if wanted(event, line):
                return event

    def wait_event(self, name, limit=LIMIT, **members):
        """The next event of that name with those members."""
        def wanted(event, _):
            return event.get("event") == name and all(event.get(key) == value for key, value in members.items())
        return self.wait_for(f'"{name}"', wanted, limit)

    def listening(self):
        """What a server says first: where it is to be found."""
        return self.wait_for("its address", lambda event, _: "listening" in event)["listening"]

    def wait(self, limit=LIMIT):
        """The exit code of a program that ends by itself; None where it does not in time."""
        try:
            return self._child.wait(limit)
        except subprocess.TimeoutExpired:
            return None

    def end(self, limit=10):
        """Asks the program to end; kills it where it does not."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(limit)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        _living.discard(self._child)
        return self._child.returncode


class Programs:
    """Those of one test, ended with it, the last one first."""

    def __init__(self, log=None):
        self.log = log
        self._all = []

    def start(self, argv, **options):
        program = Program(argv, log=self.log, **options)
        self._all.append(program)
        return program

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._all):
            program.end()


def explain(log, stream=sys.stdout):
    """What all programs said, as comments of TAP."""
    for line in log:
        print(f"#   {line}", file=stream)
