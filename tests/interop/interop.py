#!/usr/bin/env python3
# interop.py BUILD PEERS: our client and server with the official ones
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each pair of a client and a server goes through the same cases, with signalr-link
between them and a friend of the client straight on the server. Prints TAP, and the
matrix as comments; with --document FILE, the matrix goes there too.

BUILD is where our programs were built, PEERS where tests/interop/run put the
official ones."""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import shutil
import sys
import tempfile

import matrix
import pairs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import Failed, Programs, explain  # noqa: E402

# Short enough to wait for, and what the classic protocol allows at least.
KEEP_ALIVE = 2
KEEP_ALIVE_TIMEOUT = 4
# A server of ASP.NET Core does not say how long it lets a poll wait: clients allow it 100 s.
LONGEST_POLL = 130


class Stage:
    """A server, a link before it, a client behind the link and a friend without one."""

    def __init__(self, pair, places, programs):
        self.pair = pair
        self.words = pairs.WORDS[pair.dialect]
        self.server = programs.start(pair.server.argv(places, KEEP_ALIVE, pair.disconnect_timeout))
        address = self.server.listening()
        self.link = programs.start([places.tool("signalr-link"), "--listen", 0, "--to", address.split("//")[1]])
        behind = f"http://127.0.0.1:{self.link.listening()}{self.words.path}"
        self.friend = programs.start(
            pair.server.friend.argv(places, dataclasses.replace(pair, transport="webSockets", encoding="json"),
                                    address + self.words.path, KEEP_ALIVE_TIMEOUT, pair.disconnect_timeout), name="friend")
        self.friend.wait_event("connected")
        self.client = programs.start(pair.client.argv(places, pair, behind, KEEP_ALIVE_TIMEOUT, pair.disconnect_timeout),
                                     name="client")
        self.id = self.client.wait_event("connected")["id"]
        self.server.wait_event("connected", id=self.id)
        self.said = []

    def set_link(self, mode):
        self.link.do("set", mode=mode)
        self.link.wait_event("mode")

    def chat(self):
        """A message each way; both see both."""
        for sender, receiver, name in ((self.client, self.friend, "Ada"), (self.friend, self.client, "Blas")):
            message = f"Message {len(self.said)}: ¿qué tal? 😀"
            self.said.append(message)
            sender.do("invoke", id=str(len(self.said)), hub=self.words.hub, method=self.words.send,
                      args=[name, message])
            for program in (receiver, sender):
                program.wait_event("invocation", method=self.words.receive, args=[name, message])

    def stop(self):
        """The client says goodbye; the server hears it at once."""
        self.client.do("stop")
        self.client.wait_event("disconnected")
        self.gone_from_server(stop_called=True)

    def gone_from_server(self, stop_called):
        """The server has seen the end, and ours tells whether the client had said so."""
        event = self.server.wait_event("disconnected", id=self.id)
        if self.pair.server.tells_stop_called:
            expect("stopCalled", event.get("stopCalled"), stop_called)

    def back(self):
        """The client is connected again; the server knows it by the same id, or a new one."""
        again = self.client.wait_event("reconnected")["id"]
        if self.pair.dialect == "aspnet":
            expect("the connection id", again, self.id)
            self.server.wait_event("reconnected", id=again)
        else:
            if again == self.id:
                raise Failed("a new connection of Core has the id of the old one")
            self.server.wait_event("connected", id=again)
        self.id = again

    def lived(self, *events):
        """All the client was told of its connection's life, in order, and every message once."""
        told = [e["event"] for e in self.client.events if e.get("event") in pairs.LIFETIME]
        # On a busy machine a keep-alive may come late, which is true but not what is tested; where the link is
        # silent, slow must come, from clients that tell it.
        if "slow" not in events or not self.pair.client.tells_slow:
            told, events = ([e for e in some if e not in ("slow", "recovered")] for some in (told, events))
        expect("the client's events", told, list(events))
        for program in (self.client, self.friend):
            heard = [e["args"][1] for e in program.events
                     if e.get("event") == "invocation" and e["method"].lower() == self.words.receive.lower()]
            expect(f"what the {program.name} heard", sorted(set(heard)), sorted(heard))


def expect(what, seen, wanted):
    if seen != wanted:
        raise Failed(f"{what}: {seen} instead of {wanted}")


def start_and_stop(stage):
    stage.stop()
    stage.lived("connected", "disconnected")


def chat(stage):
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def error(stage):
    stage.client.do("invoke", id="wrong", hub=stage.words.hub, method="NoSuchMethod", args=[])
    result = stage.client.wait_event("result", id="wrong")
    if not isinstance(result.get("error"), str):
        raise Failed(f"a method that does not exist gave {result}")
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def cut(stage):
    stage.chat()
    # Who is between two polls would not notice that a connection was reset.
    stage.set_link("gone" if stage.pair.transport == "longPolling" else "reset")
    stage.client.wait_event("reconnecting")
    stage.set_link("good")
    stage.back()
    stage.chat()
    stage.stop()
    stage.lived("connected", "reconnecting", "reconnected", "disconnected")


def silence(stage):
    stage.chat()
    stage.set_link("silent")
    stage.client.wait_event("reconnecting", LONGEST_POLL)
    stage.set_link("good")
    stage.back()
    stage.chat()
    stage.stop()
    # While a poll waits nothing is expected, and nothing missed.
    slow = [] if stage.pair.transport == "longPolling" else ["slow"]
    stage.lived("connected", *slow, "reconnecting", "reconnected", "disconnected")


def gone(stage):
    """Away for longer than both are ready to wait."""
    stage.set_link("gone")
    stage.client.wait_event("reconnecting")
    if stage.pair.client.gives_up:
        stage.client.wait_event("disconnected")
        stage.lived("connected", "reconnecting", "disconnected")
    stage.gone_from_server(stop_called=False)


CASES = {
    "start and stop": start_and_stop,
    "chat both ways": chat,
    "an error": error,
    "the link is cut": cut,
    "the link is silent": silence,
    "the link is gone": gone,
}


def run(pair, case, places):
    """None where the case passed; else why not, and what everybody said."""
    log = []
    try:
        with Programs(log) as programs:
            CASES[case](Stage(pair, places, programs))
    except Failed as failure:
        return str(failure), log
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("peers", type=pathlib.Path)
    parser.add_argument("--document", type=pathlib.Path)
    parser.add_argument("--only", default="", help="pairs whose words hold this")
    options = parser.parse_args()

    # Nothing of the user's is read or written, and no proxy is asked.
    home = tempfile.mkdtemp(prefix="tertulia-interop-")
    os.environ.update(HOME=home, XDG_STATE_HOME=f"{home}/state", NO_PROXY="*", GIO_USE_PROXY_RESOLVER="dummy")
    places = pairs.Places(options.build, options.peers, pathlib.Path(home))

    chosen = [pair for pair in pairs.PAIRS if options.only in pair.name]
    print(f"1..{len(chosen) * len(CASES)}", flush=True)
    table = matrix.Matrix(chosen, list(CASES))
    number = 0
    # They wait more than they work, so several go on at once.
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        futures = {(pair, case): pool.submit(run, pair, case, places)
                   for pair in chosen if not pair.missing(places) for case in CASES}
        for pair in chosen:
            for case in CASES:
                number += 1
                words = f"{number} - {pair.name}: {case}"
                if why := pair.missing(places):
                    print(f"ok {words} # SKIP {why}", flush=True)
                    table.put(pair, case, matrix.SKIPPED)
                elif failure := futures[pair, case].result():
                    print(f"not ok {words}\n# {failure[0]}", flush=True)
                    explain(failure[1])
                    table.put(pair, case, matrix.FAILED)
                else:
                    print(f"ok {words}", flush=True)
                    table.put(pair, case, matrix.PASSED)
    shutil.rmtree(home, ignore_errors=True)

    for line in table.lines():
        print(f"# {line}")
    if options.document:
        table.document(options.document)
    sys.exit(table.has_failed())


main()
