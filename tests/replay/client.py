# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our client, as a replay drives it: signalr-cli, and what it told."""

import asyncio
import json

LIFECYCLE = ("connected", "slow", "recovered", "reconnecting", "reconnected", "disconnected")


class Client:
    """One signalr-cli, with its events in their order."""

    def __init__(self, changed):
        self.events = []
        self.ended = False
        self.log = []
        self._changed = changed
        self._child = None
        self._readers = []

    async def start(self, argv, env):
        self._child = await asyncio.create_subprocess_exec(
            *argv, env=env, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE)
        self._readers = [asyncio.create_task(self._read()), asyncio.create_task(self._read_words())]

    async def _read(self):
        async for line in self._child.stdout:
            self.log.append(line.decode().rstrip())
            self.events.append(json.loads(line))
            self._changed()
        self.ended = True
        self._changed()

    async def _read_words(self):
        async for line in self._child.stderr:
            self.log.append(line.decode(errors="replace").rstrip())

    def do(self, command, **members):
        self._child.stdin.write(json.dumps({"do": command, **members}).encode() + b"\n")

    def told(self, *names):
        return [event for event in self.events if event.get("event") in names]

    def count(self, name):
        return len(self.told(name))

    def lifecycle(self):
        return [event["event"] for event in self.told(*LIFECYCLE)]

    async def end(self, limit):
        """The exit code, once its input has ended; None where it had to be killed."""
        if self._child is None:
            return 0
        self._child.stdin.close()
        _, late = await asyncio.wait(self._readers, timeout=limit)
        if late:
            self._child.kill()
            await asyncio.wait(self._readers)
            return None
        return await self._child.wait()
