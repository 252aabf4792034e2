# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of HTTP and WebSockets that does nothing by itself.

It reads what a client asks for, and leaves every answer to a script.
"""

import asyncio
import base64
import hashlib
import struct
from urllib.parse import parse_qsl, urlsplit

# Of RFC 6455: what an upgrade is answered with.
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
# Nothing that a transcript holds is longer.
LIMIT = 1 << 20


class Exchange:
    """One request, with what belongs to it."""

    def __init__(self, method, target, headers, body, writer):
        parts = urlsplit(target)
        self.method = method
        self.path = parts.path
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.headers = headers
        self.body = body
        self.frames = []            # texts of the client
        self.taken = False          # by the script
        self.is_open = False        # a WebSocket
        self.streams = False        # the answer has begun, and not ended
        self.is_events = False      # an event stream
        self.said = ""              # so far, by the script
        self.done = asyncio.Event()
        self._writer = writer
        self._chunked = False

    @property
    def upgrades(self):
        return self.headers.get("upgrade", "").lower() == "websocket"

    def _write(self, data):
        # A client that left misses it, as it does with any server.
        if not self._writer.is_closing():
            self._writer.write(data)

    def respond(self, status, reason, headers, chunked):
        """Begins the answer; its body follows by `add`, and ends with `end`."""
        self._chunked = chunked
        self.streams = True
        lines = [f"HTTP/1.1 {status} {reason}"] + [f"{name}: {value}" for name, value in headers.items()]
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        self._write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def is_between_events(self):
        return "{" in self.said and self.said.endswith(("\n\n", "\r\n\r\n"))

    def add(self, text):
        self.said += text
        data = text.encode()
        if self._chunked:
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self._write(data)

    def end(self):
        if self.streams and self._chunked:
            self._write(b"0\r\n\r\n")
        self.streams = False
        self.done.set()

    def upgrade(self):
        key = self.headers.get("sec-websocket-key", "") + GUID
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.is_open = True
        self._write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                     f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode())
        self.done.set()

    def frame(self, data, op=TEXT):
        if op == TEXT:
            self.said += data.decode()
        size = len(data)
        head = bytes([0x80 | op])
        if size < 126:
            head += bytes([size])
        elif size < 1 << 16:
            head += struct.pack("!BH", 126, size)
        else:
            head += struct.pack("!BQ", 127, size)
        self._write(head + data)

    def close(self):
        """The connection ends in good order."""
        self.streams = self.is_open = False
        self.done.set()
        self._writer.close()

    def reset(self):
        """The connection breaks."""
        self.streams = self.is_open = False
        self.done.set()
        self._writer.transport.abort()


class Peer:
    """Listens on a port of its own, and keeps what comes."""

    def __init__(self, changed):
        self.exchanges = []
        self.port = 0
        self._changed = changed
        self._server = None
        self._tasks = set()

    async def listen(self):
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self):
        """Nobody is served any more, and nobody gets in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.reset()

    def reset(self):
        for exchange in self.exchanges:
            exchange.reset()

    async def end(self):
        self.refuse()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while not writer.is_closing():
                exchange = await self._read_request(reader, writer)
                self.exchanges.append(exchange)
                self._changed()
                await exchange.done.wait()
                if exchange.is_open:
                    await self._read_frames(reader, exchange)
                    break
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)
            self._changed()

    @staticmethod
    async def _read_request(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {}
        for line in head[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(min(int(headers.get("content-length", "0")), LIMIT))
        return Exchange(method, target, headers, body.decode(), writer)

    async def _read_frames(self, reader, exchange):
        while exchange.is_open:
            first, second = await reader.readexactly(2)
            size = second & 0x7f
            if size == 126:
                size, = struct.unpack("!H", await reader.readexactly(2))
            elif size == 127:
                size, = struct.unpack("!Q", await reader.readexactly(8))
            if size > LIMIT or not second & 0x80:
                raise ValueError("a frame that no client may send")
            mask = await reader.readexactly(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(await reader.readexactly(size)))
            op = first & 0x0f
            if op == TEXT:
                exchange.frames.append(data.decode())
            elif op == PING:
                exchange.frame(data, PONG)
            elif op == CLOSE:
                exchange.frame(data[:2], CLOSE)
                exchange.is_open = False
            self._changed()
