#!/usr/bin/env python3
# farm.py BUILD PEERS: our server and the original of classic SignalR, on one Redis
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two of our servers and an official one are behind one Redis, with a client at each, and an official client at ours.
What is said on any of them is heard on all; clients of ours, of .NET and of jQuery go from one of ours to the other.
Prints TAP.

BUILD is where our programs were built, PEERS where tests/interop/run put the official ones."""

import dataclasses
import itertools
import os
import pathlib
import shutil
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import pairs  # noqa: E402  (the path comes first)
from balancer import Balancer  # noqa: E402
from program import PATIENCE, Failed, Programs, explain  # noqa: E402
from stage import expect  # noqa: E402
from world import Host  # noqa: E402

TIMES = pairs.Times(disconnect=30)
# Of each of two senders, in a row.
IN_A_ROW = 1000


class Redis:
    """A real one, that has nothing and keeps nothing."""

    def __init__(self, programs):
        self._programs = programs
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    def start(self):
        self.program = self._programs.start(["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "",
                                             "--appendonly", "no"], name="redis")
        self.program.wait_for("that it is ready", lambda _, line: "Ready to accept" in line)

    def kill(self):
        self.program.kill()

    def freeze(self):
        os.kill(self.program.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.program.pid, signal.SIGCONT)

    def ask(self, *words):
        """What Redis answers to a simple command, as it comes."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"".join([b"*%d\r\n" % len(words)] + [b"$%d\r\n%s\r\n" % (len(word), word.encode())
                                                                     for word in words]))
            return connection.recv(65536).decode()


class Farm:
    """The servers and a client of each: `clients` by the name of its server."""

    def __init__(self, places, programs):
        self._places = places
        self._programs = programs
        self._calls = itertools.count(1)
        self._texts = itertools.count(1)
        self.clients = {}
        self.servers = {}
        self.ids = {}
        self.said = {}
        self.redis = Redis(programs)
        for name, kind in (("ours", pairs.OUR_SERVER), ("ours too", pairs.OUR_SERVER), ("theirs", pairs.CLASSIC_SERVER)):
            self.add(name, kind)
        # Those of the official clients that can be had here; the one of .NET can, or there is no farm.
        self.official = [kind for kind in (pairs.CLASSIC_DOTNET, pairs.JQUERY) if not kind.missing(places)]
        self._hosts = {kind: Host(kind.host(places), kind.name) for kind in self.official}
        self.open("official", pairs.CLASSIC_DOTNET, self._url("ours"))

    def end(self):
        for host in self._hosts.values():
            host.end()

    def open(self, name, kind, url, transport="webSockets"):
        """One more client."""
        pair = dataclasses.replace(self._pair(kind), transport=transport)
        if kind is pairs.OURS:
            client = self._programs.start(kind.argv(self._places, pair, url, name, TIMES), name=name)
        else:
            client = self._hosts[kind].open(name, kind.options(pair, url, name, TIMES), self._programs.log)
        self.enter(name, client)

    def add(self, name, kind):
        """One more server, and a client there."""
        redis = f"redis://127.0.0.1:{self.redis.port}?eventKey=farm" if kind is pairs.OUR_SERVER else self.redis.port
        more = [] if kind is pairs.OUR_SERVER else ["--event-key", "farm"]
        server = self._programs.start([*kind.argv(self._places, 0, TIMES), "--redis", redis, *more], name=f"server {name}")
        self.servers[name] = server, server.listening(PATIENCE)
        server.claim("redis", state="up")
        self.open(name, pairs.OURS, self._url(name))

    def open_raw(self, name, server):
        """Another client, on the raw connection of a server."""
        argv = pairs.OURS.argv(self._places, self._pair(pairs.OURS), self.servers[server][1] + pairs.RAW_PATH, name, TIMES,
                               None)
        client = self._programs.start(argv, name=name)
        client.claim("connected")
        return client

    def port(self, server):
        return int(self.servers[server][1].rsplit(":", 1)[1])

    def open_behind(self, balancer, name, kind, transport):
        """One that does not know which server it talks to."""
        self.open(name, kind, f"http://127.0.0.1:{balancer.port}{pairs.PATHS['aspnet']}", transport)

    def dismiss(self, *names):
        for name in names:
            client = self.clients.pop(name)
            client.do("stop")
            client.claim("disconnected")
            heard = [event["args"][0] for event in client.events if event.get("method") == "Heard"]
            expect(f"what {name} heard", heard, self.said[name])

    def enter(self, name, client):
        self.clients[name] = client
        self.ids[name] = client.claim("connected")["id"]
        self.said[name] = []

    def _pair(self, client):
        return pairs.Pair(client, pairs.OUR_SERVER, "aspnet")

    def _url(self, server):
        return self.servers[server][1] + pairs.PATHS["aspnet"]

    def lost_redis(self, servers, told=False):
        """They have lost Redis, and have it again."""
        for name in servers:
            if not told:
                self.servers[name][0].claim("redis", state="down")
            self.servers[name][0].claim("redis", state="up")

    def begin(self, name, method, *args):
        number = str(next(self._calls))
        self.clients[name].do("invoke", id=number, hub=pairs.HUB, method=method, args=list(args))
        return number

    def call(self, name, method, *args):
        result = self.clients[name].claim("result", id=self.begin(name, method, *args))
        if "error" in result:
            raise Failed(f"{method} failed: {result}")

    def say(self, sender, to, who, hearers):
        """Says something new, and waits until those have heard it who are to; a method has its result sooner."""
        text = f"{next(self._texts)}: ¿qué tal? 😀 \\ \""
        self.call(sender, "Say", to, who, text)
        for hearer in hearers:
            self.clients[hearer].claim("invocation", method="Heard", args=[text])
            self.said[hearer].append(text)
        if not hearers:
            self.say(sender, "caller", "", [sender])

    def say_into_void(self, sender, to, who):
        """Says something that those hear who stayed; the others some time."""
        text = f"{next(self._texts)}: to {to} {who}"
        self.call(sender, "Say", to, who, text)
        if to == "all":
            for name in self.servers:
                self.clients[name].claim("invocation", method="Heard", args=[text])
                self.said[name].append(text)
            self.clients["official"].claim("invocation", method="Heard", args=[text])
            self.said["official"].append(text)
        return to, who, text

    def catch_up(self, missed, names):
        for to, who, text in missed:
            for name in names:
                if to != "user" or who == name:
                    self.clients[name].claim("invocation", method="Heard", args=[text])
                    self.said[name].append(text)

    def check(self):
        """Each has heard what it was to hear, once, and nothing else, in the order it was said in."""
        self.say("ours", "all", "", self.clients)
        for name, client in self.clients.items():
            expect(f"what {name} heard", [event["args"][0] for event in client.events if event.get("method") == "Heard"],
                   self.said[name])


def everybody(farm):
    for sender in farm.clients:
        farm.say(sender, "all", "", farm.clients)


def others(farm):
    """What goes to all but some is filtered where it arrives."""
    for sender in farm.clients:
        farm.say(sender, "others", "", [name for name in farm.clients if name != sender])
        for left_out in farm.clients:
            farm.say(sender, "except", farm.ids[left_out], [name for name in farm.clients if name != left_out])


def one(farm):
    for sender in farm.clients:
        farm.say(sender, "caller", "", [sender])
        for hearer in farm.clients:
            farm.say(sender, "client", farm.ids[hearer], [hearer])


def users(farm):
    for sender in farm.clients:
        for user in farm.clients:
            farm.say(sender, "user", user, [user])


def progress(farm):
    """What a method tells its caller on the way takes the way of all."""
    for caller, helper in (("ours", "official"), ("theirs", "theirs")):
        work = farm.begin(caller, "Work", 5)
        for i in range(1, 6):
            farm.clients[caller].claim("progress", id=work, progress=i)
        farm.call(helper, "Done", farm.ids[caller])
        expect("the result", farm.clients[caller].claim("result", id=work).get("result"), "done")


def raw(farm):
    """Connections without hubs: to one, and to all."""
    clients = {name: farm.open_raw(f"raw {name}", name) for name in ("ours", "ours too", "theirs")}
    for name, client in clients.items():
        client.do("send", data=name)
        client.do("send", data=f"all: from {name}")
        for hearer in clients.values():
            hearer.claim("received", data=f"all: from {name}")
    for name, client in clients.items():
        told = [event["data"] for event in client.events if event.get("event") == "received"]
        expect(f"what {name} was told", told.count(name), 1)
        expect("the number of words", len(told), len(clients) + 1)
        client.do("stop")
        client.claim("disconnected")


def groups(farm):
    """A group has members on all servers; who joins or leaves does so before the next word."""
    members = []
    for joiner in farm.clients:
        farm.call(joiner, "Join", "group")
        members.append(joiner)
        for sender in farm.clients:
            farm.say(sender, "group", "group", members)
    for leaver in farm.clients:
        farm.call(leaver, "Leave", "group")
        members.remove(leaver)
        for sender in farm.clients:
            farm.say(sender, "group", "group", members)


def groups_of_others(farm):
    """Any server changes the groups of any client, and knows when that is done."""
    for owner in farm.clients:
        for joiner in farm.clients:
            farm.call(owner, "Join", "guests", farm.ids[joiner])
            farm.say(owner, "group", "guests", [joiner])
            farm.call(owner, "Leave", "guests", farm.ids[joiner])
            farm.say(owner, "group", "guests", [])


def nobody(farm):
    """Where no server has a client, the hub waits for 30 s, or a little longer."""
    begin = time.monotonic()
    calls = {name: farm.begin(name, "Join", "nobody's", "6c1a3f5e-0000-4000-8000-000000000000")
             for name in ("ours", "theirs")}
    for name, number in calls.items():
        result = farm.clients[name].claim("result", id=number)
        if "error" not in result:
            raise Failed(f"on {name} nobody joined: {result}")
        if not 29 < time.monotonic() - begin < 60:
            raise Failed(f"on {name} it took {time.monotonic() - begin} s")


def in_a_row(farm):
    """Two servers are told a lot at the same time: everybody hears each sender in its order, and each word once."""
    senders = ("ours", "theirs")
    words = {sender: [f"{sender} {i}" for i in range(IN_A_ROW)] for sender in senders}
    calls = [(sender, farm.begin(sender, "Say", "all", "", words[sender][i])) for i in range(IN_A_ROW)
             for sender in senders]
    for sender, number in calls:
        farm.clients[sender].claim("result", id=number)
    orders = set()
    for name, client in farm.clients.items():
        for sender in senders:
            client.claim("invocation", method="Heard", args=[words[sender][-1]])
        heard = [event["args"][0] for event in client.events if event.get("method") == "Heard"]
        heard = [text for text in heard if text.startswith(senders)]
        for sender in senders:
            # Calls of one client run side by side on the official server: there every word once is all it promises.
            said = [text for text in heard if text.startswith(sender)]
            expect(f"what {name} heard of {sender}", said if sender == "ours" else sorted(said),
                   words[sender] if sender == "ours" else sorted(words[sender]))
        orders.add(tuple(heard))
        farm.said[name] += heard
    expect("the number of orders", len(orders), 1)


def late(farm):
    """A server that comes later hears what is said from then on."""
    farm.add("late", pairs.OUR_SERVER)
    everybody(farm)


def hop(farm):
    """A client goes on where it was, on another server of ours: what was said meanwhile arrives, and it still is who it
    was, in its groups. And back again."""
    names = []
    balancer = Balancer(farm.port("ours"))
    for kind in (pairs.OURS, *farm.official):
        for transport in ("webSockets", "serverSentEvents", *(["longPolling"] if kind is pairs.OURS else [])):
            names.append(f"{transport} of {kind.name}")
            farm.open_behind(balancer, names[-1], kind, transport)
            farm.call(names[-1], "Join", "hoppers")
    everybody(farm)
    there, here = "ours too", "ours"
    for _ in range(2):
        balancer.point()
        balancer.cut()
        missed = [farm.say_into_void(sender, *to) for to in (("all", ""), ("group", "hoppers"), ("user", names[0]))
                  for sender in ("theirs", here)]
        balancer.point(farm.port(there))
        for name in names:
            expect("the id", farm.clients[name].claim("reconnected")["id"], farm.ids[name])
            farm.servers[there][0].claim("reconnected", id=farm.ids[name])
        farm.catch_up(missed, names)
        for name in names:
            farm.say("theirs", "client", farm.ids[name], [name])
            farm.say(name, "group", "hoppers", names)
        there, here = here, there
    farm.dismiss(*names)
    balancer.end()


def balanced(farm):
    """Each request of a client goes to another server than the one before: it starts, calls and stops all the same, and
    the server with its transport tells of each once."""
    names = []
    balancer = Balancer(farm.port("ours"), farm.port("ours too"))
    for kind in (pairs.OURS, *farm.official):
        for transport in ("webSockets", "serverSentEvents"):
            for i in range(2):
                names.append(f"{transport} {i} of {kind.name}, balanced")
                farm.open_behind(balancer, names[-1], kind, transport)
    for name in names:
        farm.call(name, "Join", "balanced")
        farm.say(name, "group", "balanced", names[:names.index(name) + 1])
        farm.say(name, "caller", "", [name])
        farm.say("theirs", "client", farm.ids[name], [name])
    everybody(farm)
    farm.dismiss(*names)
    for name in names:
        ends = []
        while not ends:
            ends = [event for server in ("ours", "ours too") for event in farm.servers[server][0].events
                    if event.get("event") == "disconnected" and event.get("id") == farm.ids[name]]
            time.sleep(0.01)
        expect("stopCalled", [event["stopCalled"] for event in ends], [True])
        starts = [event for server in ("ours", "ours too") for event in farm.servers[server][0].events
                  if event.get("event") == "connected" and event.get("id") == farm.ids[name]]
        expect("how often it was connected", len(starts), 1)
    balancer.end()


def cut(farm):
    """The connections over which all listen are cut: they listen again."""
    farm.redis.ask("CLIENT", "KILL", "TYPE", "pubsub")
    farm.lost_redis(farm.servers)
    everybody(farm)
    groups(farm)


def frozen(farm):
    """Redis stands still for longer than ours wait for it; the original waits for ever."""
    farm.redis.freeze()
    for name in farm.servers:
        if name != "theirs":
            farm.servers[name][0].claim("redis", state="down")
    farm.redis.thaw()
    farm.lost_redis([name for name in farm.servers if name != "theirs"], told=True)
    everybody(farm)
    groups(farm)


def restart(farm):
    """Redis is away for a while and has forgotten everything: clients stay, and then all is as before."""
    before = int(farm.redis.ask("GET", "farm").split("\r\n")[1])
    farm.redis.kill()
    for name in farm.servers:
        farm.servers[name][0].claim("redis", state="down")
    farm.redis.start()
    farm.lost_redis(farm.servers, told=True)
    everybody(farm)
    groups(farm)
    after = int(farm.redis.ask("GET", "farm").split("\r\n")[1])
    if after <= before:
        raise Failed(f"the counter went from {before} to {after}")
    for name, client in farm.clients.items():
        lived = [event["event"] for event in client.events if event.get("event") in ("reconnecting", "disconnected")]
        expect(f"what {name} lived through", lived, [])


CASES = [everybody, others, one, users, progress, raw, groups, groups_of_others, in_a_row, nobody, late, hop, balanced, cut, frozen, restart]


def missing(places):
    if not shutil.which("redis-server"):
        return "redis-server is not installed"
    return pairs.CLASSIC_SERVER.missing(places) or pairs.CLASSIC_DOTNET.missing(places)


def play(farm, case, log):
    """None where it passed; else why not."""
    log.clear()
    try:
        case(farm)
        farm.check()
    except Failed as failure:
        return str(failure)
    return None


def main():
    home = tempfile.mkdtemp(prefix="tertulia-farm-")
    os.environ.update(HOME=home, XDG_STATE_HOME=f"{home}/state", NO_PROXY="*", GIO_USE_PROXY_RESOLVER="dummy",
                      SIGNALR_KEY="interop")
    places = pairs.Places(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(home))
    if why := missing(places):
        print(f"1..0 # SKIP {why}")
        return

    failed = False
    log = []
    print(f"1..{len(CASES)}", flush=True)
    with Programs(log) as programs:
        farm = Farm(places, programs)
        for number, case in enumerate(CASES, 1):
            failure = play(farm, case, log)
            print(f"{'not ' if failure else ''}ok {number} - {case.__name__.replace('_', ' ')}", flush=True)
            if failure:
                failed = True
                print(f"# {failure}")
                explain(log)
        farm.end()
    shutil.rmtree(home, ignore_errors=True)
    sys.exit(failed)


main()
