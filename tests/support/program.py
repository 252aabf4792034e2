# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that talk in JSON lines, as tests drive them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

# A safety net, not a measure: what a test waits for comes much sooner, or never.
LIMIT = 30
# The same where many go on at once.
PATIENCE = 90


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


class Speaker:
    """What somebody says: lines, parsed as they come and kept in the order they came."""

    def __init__(self, name, log=None):
        self.name = name
        self.events = []
        # When the line came that was waited for last, on the monotonic clock.
        self.heard = None
        self._log = log
        self._lines = []
        self._times = []
        self._change = threading.Condition()
        self._next = 0
        self._claimed = set()
        self._ended = False

    def note(self, words):
        if self._log is not None:
            self._log.append(f"{time.monotonic():.3f} {self.name} {words}")

    def hear(self, line):
        self.note(line.rstrip())
        with self._change:
            self._lines.append(line)
            self._times.append(time.monotonic())
            self.events.append(parse(line))
            self._change.notify_all()

    def hear_end(self):
        with self._change:
            self._ended = True
            self._change.notify_all()

    def _wait(self, what, find, limit):
        """What `find` finds, which is asked again whenever something was said. A machine that stands still for a while
        wakes everybody at once: that counts for a second."""
        left = limit
        with self._change:
            while (found := find()) is None:
                if self._ended:
                    raise Failed(f"{self.name} ended before {what} came")
                if left <= 0:
                    raise Failed(f"{self.name}: {what} did not come within {limit} s")
                begin = time.monotonic()
                self._change.wait(min(left, 1))
                left -= min(time.monotonic() - begin, 1)
            return found

    def wait_for(self, what, wanted, limit=LIMIT):
        """The first line after the one waited for last that `wanted` likes, parsed; `what` names it for people."""
        def find():
            while self._next < len(self.events):
                self._next += 1
                event = self.events[self._next - 1]
                if wanted(event, self._lines[self._next - 1]):
                    self.heard = self._times[self._next - 1]
                    return event
            return None
        return self._wait(what, find, limit)

    def wait_event(self, name, limit=LIMIT, **members):
        """The next event of that name with those members."""
        return self.wait_for(f'"{name}"', lambda event, _: _matches(event, name, members), limit)

    def claim(self, name, limit=PATIENCE, **members):
        """The first event of that name with those members that nobody has claimed before, whenever it came."""
        def find():
            for i, event in enumerate(self.events):
                if i not in self._claimed and _matches(event, name, members):
                    self._claimed.add(i)
                    return event
            return None
        with_members = f" with {members}" if members else ""
        return self._wait(f'"{name}"{with_members}', find, limit)


def _matches(event, name, members):
    return event.get("event") == name and all(event.get(key) == value for key, value in members.items())


class Program(Speaker):
    """A child, and what it says."""

    def __init__(self, argv, name=None, log=None, **options):
        super().__init__(name or os.path.basename(argv[0]), log)
        try:
            self._child = subprocess.Popen([str(arg) for arg in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
                                           **options)
        except OSError as error:
            raise Failed(f"{self.name} cannot be run: {error}") from error
        self.pid = self._child.pid
        _living.add(self._child)
        self._turn = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._child.stdout:
            self.hear(line)
        self.hear_end()

    def do(self, command, **members):
        """Gives the program one command."""
        line = json.dumps({"do": command, **members})
        self.note(f"< {line}")
        try:
            with self._turn:
                self._child.stdin.write(line + "\n")
                self._child.stdin.flush()
        except OSError as error:
            raise Failed(f"{self.name} has ended: {error}") from error

    def listening(self, limit=LIMIT):
        """What a server says first: where it is to be found."""
        return self.wait_for("its address", lambda event, _: "listening" in event, limit)["listening"]

    def wait(self, limit=LIMIT):
        """The exit code of a program that ends by itself; None where it does not in time."""
        try:
            return self._child.wait(limit)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """Ends the program as a crash would."""
        self._child.kill()
        self._child.wait()

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
