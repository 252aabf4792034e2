# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of classic SignalR: what a server answers, byte for byte but for what it makes up. What ours does otherwise on
purpose is not asked: the text of errors 500 (the original's host has none), stricter JSON and names of callbacks, and
who may come back after the end."""

import json
import re

from wire import Socket, Stream, quote, request

HUB = '[{"name":"interophub"}]'
MADE_UP = [(r'"(C|G|ConnectionToken|ConnectionId)":"[^"]*"', r'"\1":"*"'), (r'"TransportConnectTimeout":[0-9.]+', ""),
           (r"\r\n", "\n")]


class Twin:
    """One of the two, and what was seen of it."""

    def __init__(self, base):
        self.base = base
        self.seen = []

    def note(self, words, value):
        value = str(value)
        for pattern, instead in MADE_UP:
            value = re.sub(pattern, instead, value)
        self.seen.append((f"{len(self.seen)} {words}", value))

    def ask(self, words, target, method="GET", body=None, **headers):
        answer = request(self.base, method, target, body, **headers)
        if answer.status >= 404:
            self.note(words, answer.status)
            return answer
        script = answer.body.startswith("(function") or answer.body.startswith("/*")
        self.note(words, (answer.status, answer.header("Content-Type"), answer.header("X-Content-Type-Options"),
                          "a script" if script else answer.body.lstrip()))
        return answer

    def negotiate(self, path="/signalr", data=HUB, version="2.1"):
        return Talk(self, path, data, version)


class Talk:
    """A connection of one of them."""

    def __init__(self, twin, path, data, version):
        self.twin, self.path = twin, path
        self.more = f"&clientProtocol={version}" + (f"&connectionData={quote(data)}" if data else "")
        answer = request(twin.base, "GET", f"{path}/negotiate?{self.more[1:]}").json()
        self.id, self.token = answer["ConnectionId"], answer["ConnectionToken"]

    def target(self, verb, transport, **more):
        more = "".join(f"&{name}={quote(value)}" for name, value in more.items())
        return f"{self.path}/{verb}?transport={transport}&connectionToken={quote(self.token)}{self.more}{more}"

    def ask(self, verb, transport, method="GET", body=None, words=None, **more):
        return self.twin.ask(words or f"{verb} {more}", self.target(verb, transport, **more), method, body)

    def send(self, transport, message, words=None):
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        return self.ask("send", transport, "POST", f"data={quote(text)}", words or text[:80])

    def invoke(self, transport, method, *args):
        return self.send(transport, {"H": "interophub", "M": method, "A": args, "I": 0})

    def socket(self, verb="connect"):
        socket = Socket(self.twin.base, self.target(verb, "webSockets"))
        self.twin.note("upgraded", (socket.status, socket.headers.get("x-content-type-options")))
        return socket

    def heard(self, socket, words):
        """The next message that is no keep-alive."""
        while (message := socket.receive()) == (1, b"{}"):
            pass
        self.twin.note(words, message[1].decode() if message[0] == 1 else message)

    def stream(self, verb, **more):
        stream = Stream(self.twin.base, self.target(verb, "serverSentEvents", **more))
        self.twin.note(f"a stream, {verb}", (stream.status, stream.receive()))
        return stream

    def event(self, stream):
        """The next that is no keep-alive; its cursor and groups token."""
        while (event := stream.receive()) == "{}":
            pass
        self.twin.note("event", event)
        event = json.loads(event or "{}")
        return {name: event[key] for name, key in (("messageId", "C"), ("groupsToken", "G")) if key in event}

    def poll(self, verb="poll", body=None, **more):
        answer = self.ask(verb, "longPolling", "POST", body, words=f"{verb}", **more)
        text = answer.body.strip()
        return json.loads(text[text.index("{"):text.rindex("}") + 1])["C"]


def negotiations(twin):
    for version in (None, "", "abc", "2", "0.1", "1.2", "1.2.5", "1.3", "1.5", "2.0", "2.0.0", "2.1", "1337.0"):
        more = "" if version is None else f"?clientProtocol={version}"
        twin.ask(version, f"/signalr/negotiate{more}")
    for path in ("/SIGNALR/NEGOTIATE", "/signalr//negotiate", "/signalr/negotiate/", "/signalr/js/negotiate",
                 "/signalr/hubs/negotiate", "/signalr/x%20%C3%B1/negotiate", "/signalrx/negotiate", "/echo/negotiate"):
        twin.ask(path, path)
    for method in ("POST", "PUT", "DELETE"):
        twin.ask(method, "/signalr/negotiate?clientProtocol=2.1", method, "")
    for data in ("", "null", "[]", HUB, '[{"NAME":"InteropHub","more":1}]', HUB[:-1], "{}", "[{}]", "[1]", '[{"name":null}]',
                 '[{"name":"nohub"}]', HUB[:-1] + "," + HUB[1:]):
        twin.ask(data, f"/signalr/negotiate?clientProtocol=2.1&connectionData={quote(data)}")


def paths(twin):
    for target in ("/signalr", "/signalr/", "/signalr/start", "/signalr/nothing", "/signalr/connect?transport=no",
                   "/signalr/ping", "/signalr/PING/", "/signalr/connect?transport=LONGPOLLING", "/echo/hubs",
                   "/signalr/poll?transport=longPolling&connectionToken=", "/nothing",
                   "/signalr/poll?transport=longPolling&connectionToken=abc", "/signalr/hubs", "/signalr/js//"):
        twin.ask(target, target)
    talk = twin.negotiate()
    for verb in ("send", "poll", "connect", "reconnect", "abort", "anything"):
        talk.ask(verb, "webSockets")
    for number in ("", "x", "-1", "4294967296"):
        talk.ask("connect", "foreverFrame", frameId=number)
    talk.token = talk.token[:-4]
    talk.ask("abort", "longPolling")


def scripts(twin):
    for callback in ("f", "a.b.$c_1", "jQuery331_1"):
        twin.ask(callback, f"/open/negotiate?clientProtocol=2.1&callback={callback}")
        twin.ask(callback, f"/open/ping?callback={callback}")
    for callback in ("1a", "a-b", "a.", "var", "alert(1)"):
        twin.ask(callback, f"/open/negotiate?callback={quote(callback)}")
    twin.ask("not here", "/open-echo/negotiate?callback=")
    twin.note("forbidden", request(twin.base, "GET", "/signalr/negotiate?callback=f").status)
    talk = twin.negotiate("/open")
    cursor = talk.poll("connect", callback="f")
    talk.ask("start", "longPolling", callback="f")
    call = '{"H":"interophub","M":"Say","A":["caller","","ñ</script>\u2028"],"I":0}'
    talk.ask("send", "longPolling", callback="f", data=call)
    talk.poll(callback="f", messageId=cursor)
    talk.ask("abort", "longPolling", callback="f")


def calls(twin):
    talk = twin.negotiate("/open")
    socket = talk.socket()
    talk.heard(socket, "init")
    talk.ask("start", "webSockets")
    for call in ('"M":"Echo","A":["ñ😀<b>\u2028\u0085\\u0001\\n/"]', '"M":"echo","A":[[1,{"a":null,"b":[1.5,true]}]]',
                 '"M":"Echo","A":[null]', '"M":"Fail"', '"M":"Throw","A":null', '"M":"nosuch"', '"M":"ToString"',
                 '"M":"Tally"', '"M":"Tally","S":{"tally":5,"other":1}', '"M":"Say","A":["nobody","",""]'):
        socket.send('{"H":"InteropHUB","I":7,%s}' % call)
        talk.heard(socket, call)
    for name in ("null", '"x"', "5", "-1", '""', '"P|0"'):
        socket.send('{"H":"interophub","M":"Echo","A":[1],"I":%s}' % name)
        talk.heard(socket, name)
    for nothing in ("", "hello", "5", '{"H":"interophub","A":[]}', '{"H":"interophub","M":"Echo","A":{}}'):
        socket.send(nothing)
    socket.send('{"h":"interophub","m":"Echo","a":["still there"],"i":"8","x":1}')
    talk.heard(socket, "after nonsense")
    talk.ask("abort", "webSockets", "POST", "")
    talk.heard(socket, "the end")


def sends(twin):
    for transport in ("serverSentEvents", "foreverFrame", "longPolling"):
        talk = twin.negotiate()
        for call in ({"H": "interophub", "M": "Echo", "A": ["ñ"], "I": 1}, {"H": "interophub", "M": "<b>", "I": "<"},
                     {"H": "interophub", "M": "Fail", "I": 1}, {"H": "nohub", "M": "x", "I": 1}, "", "null", "{"):
            talk.send(transport, call)
        talk = twin.negotiate("/echo", "")
        stream = talk.stream("connect")
        talk.event(stream)
        talk.ask("start", transport)
        for body in ("data=a+b%2Bc", "data=", "", "x=1&DATA=%C3%B1", "data=100%", "data=a=b;c", "data"):
            talk.ask("send", transport, "POST", body, words=body)
            talk.event(stream)
            talk.ask("send", transport, "POST", body, words=body, data="query")
            talk.event(stream)
        stream.close()


def streams(twin):
    talk = twin.negotiate()
    group = f"a group of {talk.id}"
    stream = talk.stream("connect")
    place = talk.event(stream)
    talk.ask("start", "serverSentEvents")
    talk.invoke("serverSentEvents", "Say", "caller", "", "one")
    talk.event(stream)
    twin.ask("join", talk.target("send", "serverSentEvents"), "POST",
             "data=" + quote(json.dumps({"H": "interophub", "M": "Join", "A": [group], "I": 1})))
    place = talk.event(stream)
    stream.close()
    talk.invoke("serverSentEvents", "Say", "caller", "", "missed")
    stream = talk.stream("reconnect", **place)
    place |= talk.event(stream)
    another = talk.stream("reconnect", **place)
    twin.note("replaced", stream.receive())
    talk.ask("abort", "serverSentEvents", "POST", "")
    while (event := another.receive()) == "{}":
        pass
    twin.note("ended", event)


def polls(twin):
    talk = twin.negotiate()
    first = talk.poll("connect")
    talk.ask("start", "longPolling")
    talk.invoke("longPolling", "Say", "caller", "", "one")
    second = talk.poll(body=f"messageId={quote(first)}")
    talk.poll(messageId=first)
    talk.poll("reconnect", messageId=first)
    talk.poll(messageId=second)


def versions(twin):
    for version in ("1.2", "1.3", "1.4", "1.5"):
        talk = twin.negotiate(version=version)
        socket = talk.socket()
        talk.heard(socket, version)
        talk.ask("abort", "webSockets")
        talk.heard(socket, "the end")


def scene(talk):
    """For side-by-side."""
    def play(base):
        twin = Twin(base)
        try:
            talk(twin)
        finally:
            yield from twin.seen
    play.classic = True
    return play


SCENES = {f"classic: {words}": scene(talk) for words, talk in (
    ("negotiations", negotiations), ("paths and what is refused", paths), ("JSONP", scripts), ("calls", calls),
    ("sends", sends), ("event streams", streams), ("polls", polls), ("versions", versions))}
