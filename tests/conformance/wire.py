# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of both dialects that know nothing but the wire, to ask a server everything."""

import base64
import http.client
import json
import os
import socket
import struct
import urllib.parse

# A safety net: what is waited for comes much sooner, or never.
LIMIT = 15

RS = "\x1e"


class Failed(Exception):
    """A server that did not do what it should."""


def expect(what, seen, wanted):
    if seen != wanted:
        raise Failed(f"{what}: {seen!r} instead of {wanted!r}")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.getheaders()
        self.body = response.read().decode()

    def header(self, name):
        """The first of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self):
        return json.loads(self.body)


def _connection(base):
    return http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=LIMIT)


def request(base, method, target, body=None, **headers):
    """One answer, whole. Underscores of header names are hyphens."""
    connection = _connection(base)
    try:
        connection.request(method, target, body=body,
                           headers={name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Stream:
    """Server-sent events, as they come."""

    def __init__(self, base, target, **headers):
        self._connection = _connection(base)
        self._connection.request("GET", target, headers={"Accept": "text/event-stream"} |
                                 {name.replace("_", "-"): value for name, value in headers.items()})
        self._response = self._connection.getresponse()
        self.status = self._response.status

    def receive(self):
        """The data of the next event; None where the stream has ended."""
        lines = []
        while line := self._response.readline().decode():
            line = line.rstrip("\r\n")
            if line.startswith("data:"):
                lines.append(line[5:].removeprefix(" "))
            elif not line and lines:
                return "\n".join(lines)
        return None

    def close(self):
        self._connection.close()


class Socket:
    """A WebSocket. What it receives are (opcode, bytes) with whole messages; pings are not answered."""

    def __init__(self, base, target, **headers):
        url = urllib.parse.urlsplit(base)
        self._socket = socket.create_connection((url.hostname, url.port), LIMIT)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {target} HTTP/1.1", f"Host: {url.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
                 *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._input = self._socket.makefile("rb")
        self.status = int(self._input.readline().split()[1])
        self.headers = {}
        while line := self._input.readline().decode().strip():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    def send_frame(self, opcode, payload, final=True):
        mask = os.urandom(4)
        head = bytes([opcode | (0x80 if final else 0)])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65536:
            head += struct.pack(">BH", 0x80 | 126, len(payload))
        else:
            head += struct.pack(">BQ", 0x80 | 127, len(payload))
        # The exclusive or of long numbers is much quicker than one of many bytes.
        length = len(payload)
        key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big") if length else b""
        self._socket.sendall(head + mask + masked)

    def send(self, message):
        if isinstance(message, str):
            self.send_frame(1, message.encode())
        else:
            self.send_frame(2, message)

    def send_bytes(self, data):
        self._socket.sendall(data)

    def _read(self, count):
        data = self._input.read(count)
        if len(data) < count:
            raise EOFError
        return data

    def receive(self):
        """(opcode, payload) of the next message or control frame; (None, b"") at the end of the stream."""
        opcode, message = None, b""
        try:
            while True:
                first, second = self._read(2)
                length = second & 0x7f
                if length == 126:
                    length, = struct.unpack(">H", self._read(2))
                elif length == 127:
                    length, = struct.unpack(">Q", self._read(8))
                payload = self._read(length)
                if first & 0x0f >= 8:
                    return first & 0x0f, payload
                opcode = first & 0x0f or opcode
                message += payload
                if first & 0x80:
                    return opcode, message
        except (EOFError, ConnectionError):
            return None, b""

    def text(self):
        opcode, message = self.receive()
        if opcode != 1:
            raise Failed(f"a frame {opcode} ({message!r}) instead of a text")
        return message.decode()

    def close(self):
        self._socket.close()

    def reset(self):
        """Breaks it, without a goodbye."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._input.close()
        self._socket.close()


def quote(text):
    return urllib.parse.quote(text, safe="")


class Classic:
    """A client of classic SignalR over a WebSocket."""

    def __init__(self, base, path, hubs=(), query="", start=True, **headers):
        self.base, self.path, self.headers = base, path, headers
        self.calls, self.results, self._count = [], {}, 0
        data = json.dumps([{"name": name} for name in hubs])
        self._more = f"&connectionData={quote(data)}" if hubs else ""
        self._more += query
        answer = request(base, "GET", f"{path}/negotiate?clientProtocol=2.1{self._more}", **headers)
        expect("negotiate's status", answer.status, 200)
        self.negotiated = answer.json()
        self.id = self.negotiated["ConnectionId"]
        self.socket = Socket(base, self.target("connect"), **headers)
        expect("the upgrade", self.socket.status, 101)
        self.wait(lambda: self._ready)
        if start:
            expect("start", self.get("start").json(), {"Response": "started"})

    _ready = False

    def target(self, verb, transport="webSockets"):
        token = quote(self.negotiated["ConnectionToken"])
        return (f"{self.path}/{verb}?transport={transport}&clientProtocol=2.1&connectionToken={token}{self._more}")

    def get(self, verb):
        return request(self.base, "GET", self.target(verb), **self.headers)

    def _take(self, text):
        envelope = json.loads(text)
        if envelope.get("S") == 1:
            self._ready = True
        if "I" in envelope:
            self.results[envelope["I"]] = envelope
        self.calls += envelope.get("M", [])

    def wait(self, done):
        while not done():
            self._take(self.socket.text())

    def wait_call(self, hub, method):
        """The arguments of the next call of that method; what came before it stays."""
        def find():
            return next((call for call in self.calls if isinstance(call, dict) and
                         call["H"].lower() == hub.lower() and call["M"] == method), None)
        self.wait(find)
        call = find()
        self.calls.remove(call)
        return call["A"]

    def wait_raw(self):
        self.wait(lambda: self.calls)
        return self.calls.pop(0)

    def begin(self, hub, method, *args):
        name = str(self._count)
        self._count += 1
        self.socket.send(json.dumps({"H": hub, "M": method, "A": args, "I": name}))
        return name

    def answer(self, name):
        self.wait(lambda: name in self.results)
        return self.results.pop(name)

    def invoke(self, hub, method, *args):
        """The whole answer."""
        return self.answer(self.begin(hub, method, *args))

    def call(self, hub, method, *args):
        answer = self.invoke(hub, method, *args)
        if "E" in answer:
            raise Failed(f"{hub}.{method}: {answer['E']}")
        return answer.get("R")

    def stop(self):
        self.get("abort")
        self.socket.close()


class Core:
    """A client of ASP.NET Core SignalR in JSON, over one of its transports."""

    def __init__(self, base, path, transport="WebSockets", version=1, query="", shake=True, **headers):
        self.base, self.path, self.transport, self.headers = base, path, transport, headers
        self.records, self._count, self._pending = [], 0, ""
        answer = request(base, "POST", f"{path}/negotiate?negotiateVersion=1{query}", **headers)
        expect("negotiate's status", answer.status, 200)
        self.negotiated = answer.json()
        self.id = self.negotiated["connectionId"]
        self.target = f"{path}?id={quote(self.negotiated['connectionToken'])}{query}"
        if transport == "WebSockets":
            self._line = Socket(base, self.target, **headers)
            expect("the upgrade", self._line.status, 101)
        elif transport == "ServerSentEvents":
            self._line = Stream(base, self.target, **headers)
        else:
            self._line = None
            expect("the first poll", self.poll().status, 200)
        if shake:
            self.send({"protocol": "json", "version": version})
            expect("the handshake", self.receive(), {})

    def poll(self):
        return request(self.base, "GET", self.target, **self.headers)

    def send_text(self, text):
        if self.transport == "WebSockets":
            self._line.send(text)
        else:
            expect("a post", request(self.base, "POST", self.target, text, **self.headers).status, 200)

    def send(self, record):
        self.send_text(json.dumps(record) + RS)

    def _more(self):
        if self.transport == "LongPolling":
            answer = self.poll()
            return answer.body if answer.status == 200 else None
        if self.transport == "ServerSentEvents":
            return self._line.receive()
        opcode, message = self._line.receive()
        return message.decode() if opcode == 1 else None

    def receive(self):
        """The next record but pings; None where the transport has ended."""
        while True:
            while RS not in self._pending:
                text = self._more()
                if text is None:
                    return None
                self._pending += text
            line, _, self._pending = self._pending.partition(RS)
            record = json.loads(line)
            if record.get("type") != 6:
                return record

    def wait(self, wanted):
        """The first record that `wanted` likes; what came before it is kept for others."""
        for record in self.records:
            if wanted(record):
                self.records.remove(record)
                return record
        while (record := self.receive()) is not None:
            if wanted(record):
                return record
            self.records.append(record)
        raise Failed(f"the connection ended before what was waited for; {self.records} came")

    def wait_call(self, target):
        return self.wait(lambda record: record.get("type") == 1 and record["target"] == target)["arguments"]

    def begin(self, target, *args, streams=None, kind=1):
        self._count += 1
        name = str(self._count)
        record = {"type": kind, "invocationId": name, "target": target, "arguments": args}
        if streams is not None:
            record["streamIds"] = streams
        self.send(record)
        return name

    def complete(self, name):
        return self.wait(lambda record: record.get("type") == 3 and record["invocationId"] == name)

    def invoke(self, target, *args):
        """The whole completion."""
        return self.complete(self.begin(target, *args))

    def call(self, target, *args):
        completion = self.invoke(target, *args)
        if "error" in completion:
            raise Failed(f"{target}: {completion['error']}")
        return completion.get("result")

    def item(self, name):
        return self.wait(lambda record: record.get("type") == 2 and record["invocationId"] == name)["item"]

    def stream(self, target, *args):
        """(items, the completion)"""
        name = self.begin(target, *args, kind=4)
        items = []
        while True:
            record = self.wait(lambda one: one.get("type") in (2, 3) and one["invocationId"] == name)
            if record["type"] == 3:
                return items, record
            items.append(record["item"])

    def upload(self, target, *args, kind=1):
        """(the call's id, the stream's id)"""
        stream = f"up{self._count}"
        return self.begin(target, *args, streams=[stream], kind=kind), stream

    def send_item(self, stream, item):
        self.send({"type": 2, "invocationId": stream, "item": item})

    def end_upload(self, stream, error=None):
        self.send({"type": 3, "invocationId": stream} | ({"error": error} if error else {}))

    def close(self):
        if self._line is not None:
            self._line.close()
        else:
            request(self.base, "DELETE", self.target, **self.headers)
