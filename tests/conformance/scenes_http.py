# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests, as bytes, whose answers the original and ours are to give alike."""

import json
import select
import socket
import urllib.parse

from talk import HANDSHAKE, Talk
from wire import LIMIT, RS

# Those of the answer that clients, browsers and what is between them go by.
HEADERS = ("content-type", "cache-control", "pragma", "expires", "content-encoding", "location", "www-authenticate",
           "access-control-allow-origin", "access-control-allow-credentials")
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


class Line:
    """One TCP connection with requests and answers that are not made to fit each other."""

    def __init__(self, base):
        url = urllib.parse.urlsplit(base)
        self._host = url.netloc
        self._socket = socket.create_connection((url.hostname, url.port), LIMIT)
        self._input = self._socket.makefile("rb")

    def send(self, method, target, body=None, headers=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}",
                 *(f"{name}: {value}" for name, value in (headers or {}).items())]
        if body is not None or method == "POST":
            lines.append(f"Content-Length: {len(body or '')}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode())

    def head(self):
        """(status, what matters of its headers, all of them)"""
        status = int(self._input.readline().split()[1])
        headers = {}
        while text := self._input.readline().decode().strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        return status, {name: headers[name] for name in HEADERS if name in headers}, headers

    def chunk(self):
        size = int(self._input.readline().split(b";")[0], 16)
        data = self._input.read(size)
        self._input.readline()
        return data.decode()

    def answer(self, method="GET"):
        """(status, what matters of its headers, body)"""
        status, seen, headers = self.head()
        body = ""
        if method == "HEAD" or status in (101, 204, 304):
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while more := self.chunk():
                body += more
        else:
            body = self._input.read(int(headers.get("content-length", 0))).decode()
        return status, seen, body

    def more(self):
        """What comes next of a body without end; None where it ends."""
        return self.chunk() or None

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()


def ask(base, method, target, body=None, **headers):
    line = Line(base)
    line.send(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.answer(method)
    line.close()
    return answer


def negotiate(base, path="/test", query="", **headers):
    """The token."""
    answer = json.loads(ask(base, "POST", f"{path}/negotiate?negotiateVersion=1{query}", **headers)[2])
    return answer["connectionToken"]


def negotiations(base):
    def told(method, query, path="/test/negotiate", **headers):
        status, seen, body = ask(base, method, f"{path}{query}", **headers)
        if body.startswith("{"):
            answer = json.loads(body)
            body = [(name, len(value) if name.startswith("connection") else value) for name, value in answer.items()]
        return status, seen, body
    for query in ("", "?negotiateVersion=0", "?negotiateVersion=1", "?NegotiateVERSION=1", "?negotiateVersion=2",
                  "?negotiateVersion=99999999999", "?negotiateVersion=-1", "?negotiateVersion=abc", "?negotiateVersion=",
                  "?negotiateVersion=1.0", "?negotiateVersion=+1", "?negotiateVersion=%201", "?negotiateVersion=1%20",
                  "?negotiateVersion=01", "?negotiateVersion=0x1", "?negotiateVersion=1&negotiateVersion=1",
                  "?negotiateVersion=1,1", "?negotiateVersion", "?x=1&&y", "?negotiateVersion=1&useStatefulReconnect=true",
                  "?negotiateVersion=1&id=x", "?negotiateVersion=%31", "?negotiateVersion=1;x=2",
                  "?negotiateVersionX=7", "?negotiateVersion=1&NEGOTIATEversion=0"):
        yield query, told("POST", query)
    for path in ("/test/negotiate/", "/TEST/NEGOTIATE", "/test/%6eegotiate"):
        yield path, told("POST", "?negotiateVersion=1", path)
    for path in ("/test/negotiate/x", "/test//negotiate", "/test/negotiatex", "/test/x", "/testx"):
        yield path, told("POST", "?negotiateVersion=1", path)[0]
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        yield method, told(method, "?negotiateVersion=1")


def origins(base):
    for target in ("/test/negotiate", "/test?id=nobody", "/secure/negotiate"):
        yield target, ask(base, "POST", target, Origin="http://elsewhere")[:2]
        status, seen, _ = ask(base, "OPTIONS", target, Origin="http://elsewhere", Access_Control_Request_Method="POST",
                              Access_Control_Request_Headers="x-requested-with")
        yield f"preflight of {target}", (status, seen)
        yield f"no preflight of {target}", ask(base, "OPTIONS", target, Origin="http://elsewhere")[:2]


def strangers(base):
    """Requests with no id, or one that nobody has."""
    for query in ("", "?id=", "?id=nobody", "?ID=nobody", "?id=a&id=b"):
        for method in ("GET", "POST", "DELETE", "PUT", "HEAD", "PATCH"):
            yield f"{method} {query}", ask(base, method, f"/test{query}")
        yield f"events {query}", ask(base, "GET", f"/test{query}", Accept="text/event-stream")
        if query not in ("", "?id="):
            yield f"upgrade {query}", upgrade(base, f"/test{query}")
    for path in ("/test/", "/TEST"):
        yield path, ask(base, "GET", f"{path}?id=nobody")


def upgrade(base, target, **headers):
    line = Line(base)
    line.send("GET", target, headers=UPGRADE | {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.answer()
    line.close()
    return answer


def secured(base):
    for method, target in (("POST", "/secure/negotiate?negotiateVersion=1"), ("GET", "/secure?id=x"), ("GET", "/secure"),
                           ("POST", "/secure?id=x"), ("DELETE", "/secure?id=x"), ("PUT", "/secure")):
        yield target, ask(base, method, target)
        yield f"bad {target}", ask(base, method, target, Authorization="Bearer bad")
        yield f"basic {target}", ask(base, method, target, Authorization="Basic good")
        if "negotiate" not in target:
            yield f"good {target}", ask(base, method, target, Authorization="Bearer good")
            yield f"query {target}", ask(base, method, f"{target}{'&' if '?' in target else '?'}access_token=good")
    yield "upgrade", upgrade(base, "/secure")
    yield "upgrade with", upgrade(base, "/secure?access_token=good")
    token = negotiate(base, "/secure", Authorization="Bearer good")
    yield "poll without", ask(base, "GET", f"/secure?id={token}")
    yield "poll with", ask(base, "GET", f"/secure?id={token}", Authorization="Bearer good")
    yield "post without", ask(base, "POST", f"/secure?id={token}", HANDSHAKE)
    yield "post with", ask(base, "POST", f"/secure?id={token}", HANDSHAKE, Authorization="Bearer good")


def open_poll(base, target):
    """A poll that is known to wait, because it has taken the place of another."""
    replaced, line = Line(base), Line(base)
    replaced.send("GET", target)
    # It may be the later of the two; then that one waits.
    line.send("GET", target + "&_=1")
    first, _, _ = select.select([replaced, line], [], [], LIMIT)
    other = line if first[0] is replaced else replaced
    return first[0].answer(), other


def polls(base):
    token = negotiate(base)
    target = f"/test?id={token}"
    yield "delete too early", ask(base, "DELETE", target)
    yield "post before", ask(base, "POST", target, HANDSHAKE)
    yield "first", ask(base, "GET", target)
    yield "handshake's answer", ask(base, "GET", target)
    replaced, waiting = open_poll(base, target)
    yield "replaced", replaced
    yield "a call", ask(base, "POST", target, '{"type":1,"invocationId":"1","target":"Add","arguments":[40,2]}' + RS)
    yield "its result", waiting.answer()
    yield "empty post", ask(base, "POST", target, "")
    yield "put", ask(base, "PUT", target, "")
    yield "events", ask(base, "GET", target, Accept="text/event-stream")
    yield "upgrade", upgrade(base, target)
    _, waiting = open_poll(base, target)
    yield "delete", ask(base, "DELETE", target)
    # The original has the record for it, or nothing: it is a race there.
    yield "open poll", waiting.answer()[0] in (200, 204)
    yield "after", ask(base, "GET", target)[0]
    yield "post after", ask(base, "POST", target, HANDSHAKE)[0]


def busy_posts(base):
    """A call is under way, and behind it another waits: what is posted is answered all the same."""
    for accept in ("*/*", "text/event-stream"):
        target = f"/test?id={negotiate(base)}"
        line = Line(base)
        line.send("GET", target, headers={"Accept": accept})
        line.head()
        ask(base, "POST", target, HANDSHAKE)
        call = '{"type":1,"invocationId":"%s","target":"%s","arguments":[%s]}' + RS
        for record in (call % ("1", "Delay", "60000"), call % ("2", "Add", "1,2"), call % ("3", "Add", "1,2"), '{"type":6}' + RS):
            yield f"{accept} {record}", ask(base, "POST", target, record)
        line.close()


def aborted_polls(base):
    token = negotiate(base)
    target = f"/test?id={token}"
    ask(base, "GET", target)
    ask(base, "POST", target, HANDSHAKE)
    yield "shaken", ask(base, "GET", target)
    one = Line(base)
    one.send("GET", target)
    ask(base, "POST", target, '{"type":1,"invocationId":"1","target":"Abort","arguments":[]}' + RS)
    status, seen, body = one.answer()
    records = body.split(RS)
    while not any('"type":7' in record for record in records) and status == 200:
        status, seen, body = ask(base, "GET", target)
        records += body.split(RS)
    yield "its end", (status, seen, [record for record in records if record and '"type":3' not in record])
    yield "next", ask(base, "GET", target)
    yield "then", ask(base, "GET", target)


def streams(base):
    token = negotiate(base)
    target = f"/test?id={token}"
    line = Line(base)
    line.send("GET", target, headers={"Accept": "text/event-stream"})
    yield "head", line.head()[:2]
    events = line.more()
    yield "comment", events
    yield "handshake", ask(base, "POST", target, HANDSHAKE)
    yield "second stream", ask(base, "GET", target, Accept="text/event-stream")
    yield "poll", ask(base, "GET", target)
    yield "upgrade", upgrade(base, target)
    yield "delete", ask(base, "DELETE", target)
    yield "put", ask(base, "PUT", target)
    yield "call", ask(base, "POST", target, '{"type":1,"invocationId":"1","target":"Echo","arguments":["a\\nb"]}' + RS)
    ask(base, "POST", target, '{"type":7}' + RS)
    text = ""
    while (more := line.more()) is not None:
        text += more
    # What is ready goes together, or not.
    yield "events", "".join(event.removeprefix("data: ") for event in text.split("\r\n"))
    yield "after", ask(base, "GET", target)


def accepts(base):
    for accept in ("text/event-stream", "text/event-stream, */*", "TEXT/EVENT-STREAM", "text/event-stream;q=0.5",
                   "text/*", "*/*", "application/json, text/event-stream", ""):
        line = Line(base)
        line.send("GET", f"/test?id={negotiate(base)}", headers={"Accept": accept})
        yield accept, line.head()[:2]
        line.close()


def large(base):
    """Too much for a record, and for a request."""
    for size in (32768, 32769, 40000):
        token = negotiate(base)
        target = f"/test?id={token}"
        ask(base, "GET", target)
        ask(base, "POST", target, HANDSHAKE)
        ask(base, "GET", target)
        record = '{"type":1,"invocationId":"1","target":"Echo","arguments":["%s"]}' + RS
        record = record % ("x" * (size - len(record) + 2))
        yield size, (len(record), ask(base, "POST", target, record))
        status, seen, body = ask(base, "GET", target)
        yield "poll", (status, seen, body[:200])
        yield "after", ask(base, "GET", target) if "type\":7" in body else None


def wrong_upgrades(base):
    key = UPGRADE["Sec-WebSocket-Key"]
    for words, changes in (("no key", {"Sec-WebSocket-Key": ""}), ("short key", {"Sec-WebSocket-Key": "abc"}),
                           ("version 12", {"Sec-WebSocket-Version": "12"}), ("version", {"Sec-WebSocket-Version": ""}),
                           ("protocol", {"Sec-WebSocket-Protocol": "a, b"}), ("key", {"Sec-WebSocket-Key": key}),
                           ("keep-alive", {"Connection": "keep-alive, Upgrade"}),
                           ("deflate", {"Sec-WebSocket-Extensions": "permessage-deflate"})):
        line = Line(base)
        line.send("GET", "/test", headers={name: value for name, value in (UPGRADE | changes).items() if value})
        status, seen, headers = line.head()
        yield words, (status, seen, headers.get("sec-websocket-protocol"), headers.get("sec-websocket-extensions"))
        line.close()


def expiries(base):
    """A connection that ends because what it was let in by counts no more, and may come back."""
    talk = Talk(base, target="/secure?access_token=expires:1")
    yield "WebSocket", (talk.greeting, talk.record(), talk.record())
    target = f"/secure?id={negotiate(base, '/secure', Authorization='Bearer good')}"
    short = {"Authorization": "Bearer expires:1"}
    ask(base, "GET", target, **short)
    ask(base, "POST", target, HANDSHAKE, **short)
    yield "a poll", ask(base, "GET", target, **short)
    yield "the next", ask(base, "GET", target, **short)
    yield "the last", ask(base, "GET", target, **short)[0]


expiries.options = ("--close-on-expiry", "true")

SCENES = {
    "negotiations": negotiations,
    "strangers": strangers,
    "secured": secured,
    "expiries": expiries,
    "origins": origins,
    "polls": polls,
    "posts while a call is under way": busy_posts,
    "polls of an aborted connection": aborted_polls,
    "event streams": streams,
    "what a client accepts": accepts,
    "large posts": large,
    "upgrades": wrong_upgrades,
}
