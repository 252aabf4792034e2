# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a case is played: a server, a link before it, a client behind the link and a friend without one."""

import dataclasses
import itertools

import pairs
from program import PATIENCE, Failed, Programs

LIFETIME = ("connected", "slow", "recovered", "reconnecting", "reconnected", "disconnected", "retry")


def expect(what, seen, wanted):
    if seen != wanted:
        raise Failed(f"{what}: {seen} instead of {wanted}")


class Stage:
    _numbers = itertools.count(1)

    def __init__(self, pair, world, log, times=None, own_server=False):
        self.pair = pair
        self.log = log
        self.name = f"{next(Stage._numbers)}"
        self._world = world
        self._programs = Programs(log)
        self._guests = []
        self._calls = itertools.count(1)
        self._texts = itertools.count(1)
        self._own_server = own_server
        self._times = times or pair.times
        self.ids = []
        # What each of the two should have heard.
        self.said = {}

    def __enter__(self):
        try:
            self._set()
        except Failed:
            self.__exit__()
            raise
        return self

    def _set(self):
        if self._own_server:
            self.start_server(0)
        else:
            self.server, self.address = self._world.server(self.pair.server, self._times)
        self.link = self._programs.start([self._world.places.tool("signalr-link"), "--listen", 0,
                                          "--to", self.address.split("//")[1]])
        self._behind = f"http://127.0.0.1:{self.link.listening()}"
        self.invite_friend()
        self.client = self.open(self.pair.client, "client", self.pair, self._behind + self.pair.path)
        self.connected()

    def open_raw(self):
        """Another client of the kind tested, on a raw connection."""
        raw = self.open(self.pair.client, "raw", self.pair, self._behind + pairs.RAW_PATH, None)
        raw.claim("connected")
        return raw

    def open_chats(self):
        """A client of the kind tested and a friend on tertulia-server."""
        _, address = self._world.server(pairs.CHAT_SERVER, pairs.Times())
        address += pairs.CHAT_SERVER.paths[self.pair.dialect]
        chats = [self.open(self.pair.client, "chat", self.pair, address, pairs.CHAT_SERVER.hub),
                 self.open(pairs.OURS, "chat friend", self._plain, address, pairs.CHAT_SERVER.hub)]
        for chat in chats:
            chat.claim("connected")
        return chats

    def __exit__(self, *_):
        for guest in self._guests:
            guest.end()
        if hasattr(self, "server"):
            for event in list(self.server.events):
                if event.get("id") in self.ids:
                    self.log.append(f"        server {event}")
        with self._programs:
            pass

    def start_server(self, port):
        """Its own one; again on the same port, with the same key."""
        argv = self.pair.server.argv(self._world.places, port, self._times)
        self.server = self._programs.start(argv, name="server")
        self.address = self.server.listening(PATIENCE)

    @property
    def _plain(self):
        return dataclasses.replace(self.pair, transport="webSockets", encoding="json", stateful=False)

    def open(self, kind, name, pair, url, hub=pairs.HUB):
        user = f"{name}-{self.name}"
        if kind is pairs.OURS:
            return self._programs.start(kind.argv(self._world.places, pair, url, user, self._times, hub), name=name)
        guest = self._world.host(kind).open(name, kind.options(pair, url, user, self._times, hub), self.log)
        self._guests.append(guest)
        return guest

    def user(self, program):
        return f"{program.name}-{self.name}"

    def invite_friend(self):
        self.friend = self.open(self.pair.server.friend, "friend", self._plain, self.address + self._plain.path)
        self.friend_id = self.friend.claim("connected")["id"]
        self.said.setdefault("friend", [])
        self.said.setdefault("client", [])

    def connected(self):
        """A start of the client has succeeded, as the server sees it."""
        self.id = self.client.claim("connected")["id"]
        self.ids.append(self.id)
        told = self.server.claim("connected", id=self.id)
        expect("the transport", told["transport"], self.pair.transport)

    @property
    def resumes_silently(self):
        """Official clients do not tell that they resumed a connection."""
        return self.pair.stateful and not self.pair.client.tells_resumed

    def set_link(self, mode):
        self.link.do("set", mode=mode)
        self.link.claim("mode", mode=mode)

    # Calls.

    def begin(self, program, do, method, *args, hub=pairs.HUB, **more):
        """A call under way; its id."""
        id = str(next(self._calls))
        hub = {"hub": hub} if self.pair.dialect == "aspnet" else {}
        program.do(do, id=id, **hub, method=method, args=list(args), **more)
        return id

    def call(self, program, method, *args, **more):
        """The result of a call."""
        result = program.claim("result", id=self.begin(program, "invoke", method, *args, **more))
        if "error" in result:
            raise Failed(f"{method} failed: {result}")
        return result.get("result")

    def fail(self, program, method, *args):
        """The error of a call."""
        result = program.claim("result", id=self.begin(program, "invoke", method, *args))
        if not isinstance(result.get("error"), str):
            raise Failed(f"{method} should have failed: {result}")
        return result

    def say(self, sender, to, who="", hearers=()):
        """Says something new to some, and waits until the hearers have heard it."""
        text = f"{self.name}/{next(self._texts)}: ¿qué tal? 😀"
        self.call(sender, "Say", to, who, text)
        for program in hearers:
            self.heard(program, text)
        return text

    def heard(self, program, text):
        program.claim("invocation", method="Heard", args=[text])
        self.said[program.name].append(text)

    def chat(self):
        """A message each way; both hear both."""
        for sender in (self.client, self.friend):
            self.say(sender, "all", hearers=(self.friend, self.client))

    # Ends and losses.

    def stop(self):
        """The client says goodbye; the server hears it at once."""
        self.client.do("stop")
        self.client.claim("disconnected")
        self.gone_from_server(stop_called=True)

    def gone_from_server(self, stop_called):
        """The server has seen the end, and where it can tell, whether the client had said so."""
        event = self.server.claim("disconnected", id=self.id)
        if stop_called is not None and self.pair.server.tells_stop_called(self.pair):
            expect("stopCalled", event.get("stopCalled"), stop_called)

    def lost(self, limit=PATIENCE):
        self.client.claim("reconnecting", limit)

    def back(self, resumes=True):
        """The client is connected again; the server knows it by the same id, or a new one."""
        again = self.client.claim("reconnected")["id"]
        if self.pair.keeps_id and resumes:
            expect("the connection id", again, self.id)
            if self.pair.server.tells_reconnected:
                self.server.claim("reconnected", id=again)
            return
        if again == self.id:
            raise Failed("a new connection of Core has the id of the old one")
        self.id = again
        self.ids.append(again)
        self.server.claim("connected", id=again)

    # What happened, in order.

    def lived(self, *events):
        """All the client was told of its connection's life; and what both heard, once each."""
        told = [e["event"] for e in self.client.events if e.get("event") in LIFETIME]
        # On a busy machine a keep-alive may come late, which is true but not what is tested; where the link is
        # silent, slow must come, from clients that tell it.
        if "slow" not in events or not self.pair.client.tells_slow:
            told, events = ([e for e in some if e not in ("slow", "recovered")] for some in (told, events))
        expect("the client's events", self._steady(told), list(events))
        for program in (self.client, self.friend):
            heard = [e["args"][0] for e in program.events
                     if e.get("method") == "Heard" and e["args"][0].startswith(f"{self.name}/")]
            expect(f"what the {program.name} heard", heard, self.said[program.name])

    def served(self, *events):
        """All the server told of the client's connection now, in order."""
        told = [e["event"] for e in self.server.events if e.get("id") == self.id and e.get("event") in LIFETIME]
        expect("the server's events", self._steady(told), list(events))

    def _steady(self, told):
        """What was told; but a client that comes back, is lost at once, and comes back again, came back once."""
        if self.pair.client.bears_refusal(self.pair) or "reconnected" not in told:
            return told
        back = told.index("reconnected") + 1
        return told[:back] + [event for event in told[back:] if event not in ("reconnecting", "reconnected")]
