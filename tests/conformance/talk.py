# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said over a WebSocket of ASP.NET Core SignalR, and what comes of it."""

import json
import struct

from wire import RS, Socket

HANDSHAKE = '{"protocol":"json","version":1}' + RS
# Behind everything else: its answer tells that the rest has been read.
END = '{"type":1,"invocationId":"end","target":"Echo","arguments":["end"]}' + RS


def call(target, *arguments, name="1", kind=1, more=""):
    arguments = json.dumps(arguments, separators=(",", ":"))
    return f'{{"type":{kind},"invocationId":"{name}","target":"{target}","arguments":{arguments}{more}}}' + RS


class Talk:
    """A WebSocket, and the records that come of it."""

    def __init__(self, base, handshake=HANDSHAKE, target="/test"):
        self.socket = Socket(base, target)
        self._pending = ""
        if handshake:
            self.socket.send(handshake)
            self.greeting = self.record()

    def send(self, *frames):
        for frame in frames:
            self.socket.send(frame)

    def record(self):
        """The next but pings; how it was closed, without the reason, which is for people; or None where it broke."""
        while True:
            text, found, rest = self._pending.partition(RS)
            if found:
                self._pending = rest
                record = json.loads(text)
                if record != {"type": 6}:
                    return record
                continue
            opcode, payload = self.socket.receive()
            if opcode == 8:
                return "closed", struct.unpack(">H", payload[:2])[0] if payload else None
            if opcode is None:
                return None
            if opcode in (1, 2):
                self._pending += payload.decode()

    def records(self, count):
        return [self.record() for _ in range(count)]

    def until_end(self):
        """What comes up to the answer to END, or the end."""
        seen = []
        while True:
            record = self.record()
            if isinstance(record, dict) and record.get("invocationId") == "end":
                return seen + ["goes on"]
            seen.append(record)
            if not isinstance(record, dict):
                return seen

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.reset()


def say(base, *frames, handshake=HANDSHAKE, end=True):
    """What comes of text (or bytes: binary) frames."""
    talk = Talk(base, handshake)
    try:
        talk.send(*frames, *([END] if end else []))
    except ConnectionError:
        pass
    seen = talk.until_end()
    talk.close()
    return seen


def listen(base, text, count):
    """As many records as come of a frame, in no order: what runs side by side may end so."""
    talk = Talk(base)
    talk.send(text)
    seen = sorted(map(str, talk.records(count)))
    talk.close()
    return seen
