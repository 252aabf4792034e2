#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays each transcript of tests/golden against our client.

A scripted peer plays the recorded server; signalr-cli is told what the recorded
client was told. What the protocol fixes of the client's requests, and what the
client tells, must be what was recorded, except where differences.py says why not.

    replay.py [-v] [NAME-PATTERN...]
"""

import asyncio
import fnmatch
import json
import os
import pathlib
import re
import sys
from urllib.parse import parse_qsl, urlsplit

import differences
from client import Client
from peer import CLOSE, Peer
from transcript import LIFECYCLE, Transcript, records_of

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("TERTULIA_BUILD_DIR", SOURCE.parent / "build"))
# A safety net, not a measure.
LIMIT = float(os.environ.get("REPLAY_LIMIT", 25))
AT_ONCE = 6
# Records of Core that each client sends in its own time: pings, goodbyes, acknowledgements.
IN_ITS_OWN_TIME = (6, 7, 8)
CALL, ITEM, END, STREAM, CANCEL, SEQUENCE = 1, 2, 3, 4, 5, 9

# What the protocols fix of a query; the rest is a client's own affair (a cache
# buster, a tab's number).
FIXED = ("transport", "clientProtocol", "connectionToken", "connectionData", "messageId", "groupsToken", "id", "negotiateVersion", "useStatefulReconnect")
# Times for silence, in seconds: long enough for a busy machine.
SLOW_AFTER, TIMEOUT, KEEP_ALIVE = 1.0, 1.5, 0.1
TRANSPORTS = {"WebSockets": "webSockets", "ServerSentEvents": "serverSentEvents", "LongPolling": "longPolling"}


# The recorded clients' words for the end of a call.
RESULTS = ("Result", "InvokeFailed", "result", "failed", "complete", "cancelled")


class Wrong(Exception):
    """How a replay differs from its transcript."""


def same(ours, theirs, what):
    if ours != theirs:
        raise Wrong(f"{what} is {ours!r}, and {theirs!r} in the transcript")


def hubs_of(text):
    """Hub names do not depend on their case."""
    return sorted((hub.get("name") or hub.get("Name")).lower() for hub in json.loads(text))


def form_of(line):
    return dict(parse_qsl(line, keep_blank_values=True))


class Replay:
    """One transcript, our client, and the peer between them."""

    def __init__(self, transcript):
        self.transcript = transcript
        self.is_core = transcript.is_core
        self._changes = asyncio.Event()
        self.peer = Peer(self._changes.set)
        self.client = Client(self._changes.set)
        self.exchanges = {}       # of the recorded requests' numbers
        self.ids = {}             # recorded invocation ids to ours
        self.n_calls = 0
        self.n_records = 0        # of Core that were compared
        self.sent = []            # by the recorded client, over Core
        self.resends = False      # after its Sequence
        self.is_silent = False
        self.is_lost = False      # says the recorded client
        self.before_silence = []  # what was asked until then
        self.is_over = False      # the transcript
        self.stopped = False
        self.told = dict.fromkeys(LIFECYCLE.values(), 0)
        self.n_results = 0
        self.n_items = 0
        self.commands = {}        # recorded ids of calls and streams to those of our commands

    # Waiting.

    async def until(self, wanted, what):
        async def wait():
            while True:
                self.serve_unscripted()
                value = wanted()
                if value:
                    return value
                if self.client.ended and not self.stopped:
                    raise Wrong(f"the client ended before {what}")
                self._changes.clear()
                await self._changes.wait()
        try:
            return await asyncio.wait_for(wait(), LIMIT)
        except asyncio.TimeoutError:
            seen = [f"{e.method} {e.path}" for e in self.peer.exchanges if not e.taken]
            raise Wrong(f"{what} did not come; unanswered: {seen}") from None

    def serve_unscripted(self):
        """Pings, Core's posts, and a late goodbye are answered alike wherever they come."""
        for exchange in self.peer.exchanges:
            if exchange.taken:
                continue
            if exchange.path.endswith("/ping"):
                text = '{ "Response": "pong" }'
            elif self.is_core and exchange.method == "POST" and not exchange.path.endswith("/negotiate"):
                text = ""
            elif self.is_over and exchange.method in ("DELETE", "POST"):
                text = ""
            else:
                continue
            exchange.taken = True
            exchange.respond(200, "OK", {"Content-Length": len(text), "Content-Type": "text/plain"}, False)
            exchange.add(text)
            exchange.end()

    async def pump(self):
        """Between silences the server is heard in time, whatever the recorded seconds were."""
        while True:
            await asyncio.sleep(KEEP_ALIVE)
            for exchange in self.peer.exchanges if not self.is_silent else ():
                text = '{"type":6}\x1e' if self.is_core else "{}"
                if exchange.is_open and "{" in exchange.said:
                    exchange.frame(text.encode())
                elif exchange.streams and exchange.is_events and exchange.is_between_events():
                    exchange.add(f"data: {text}\n\n")

    async def caught_up(self, *names):
        """Our client has told what the recorded one had by now."""
        ours = differences.lifecycle(self.transcript.name, self.transcript.lifecycle())
        for name in names:
            # Who stops does not wait, nor who calls while the connection is lost.
            if self.stopped or (name == "reconnected" and self.is_lost):
                continue
            wanted = min(self.told[name], ours.count(name))
            await self.until(lambda name=name, wanted=wanted: self.client.count(name) >= wanted,
                             f"“{name}” number {wanted}")

    # Requests.

    def key(self, method, path, is_socket):
        if not self.is_core:
            return path.rsplit("/", 1)[1]
        return "negotiate" if path.endswith("/negotiate") else method

    async def take(self, line):
        """The request of ours that stands for a recorded one; compared."""
        if line["n"] in self.transcript.answered:
            await self.peer.listen()
        method, target = line["line"].split(" ", 1)
        parts = urlsplit(target)
        key = self.key(method, parts.path, False)
        keys = differences.requests_for(self.transcript.name, key)

        def find():
            for exchange in self.peer.exchanges:
                if not exchange.taken and not exchange.done.is_set() and self.key(exchange.method, exchange.path, exchange.upgrades) in keys:
                    return exchange
            return None

        exchange = await self.until(find, f"the request “{key}” (number {line['n']})")
        exchange.taken = True
        self.exchanges[line["n"]] = exchange
        self.compare_request(exchange, key, form_of(parts.query), line)
        return exchange

    def compare_request(self, exchange, key, query, line):
        what = f"{key} (number {line['n']}): "
        ours = dict(exchange.query)
        theirs = dict(query)
        if key == "poll" or key in ("connect", "reconnect"):
            ours.update(form_of(exchange.body))
            theirs.update(form_of(line.get("body", "")))
        if exchange.path.rsplit("/", 1)[-1] == urlsplit(line["line"].split(" ")[1]).path.rsplit("/", 1)[-1]:
            same(exchange.path, urlsplit(line["line"].split(" ")[1]).path, what + "path")
        if key in ("negotiate", "start", "send", "abort"):
            same(exchange.method, line["line"].split(" ")[0], what + "method")
        for name in FIXED:
            if differences.ignores(self.transcript.name, key, name):
                pass
            elif name == "connectionData" and name in ours and name in theirs:
                same(hubs_of(ours[name]), hubs_of(theirs[name]), what + name)
            else:
                same(ours.get(name), theirs.get(name), what + name)

    # Calls.

    def their_call(self, text):
        """A recorded call in one shape: id, hub, method, arguments."""
        call = json.loads(text)
        if self.is_core:
            return call.get("invocationId"), None, call["target"], call["arguments"]
        return call.get("I"), call["H"], call["M"], call["A"]

    async def call(self, text):
        """Tells our client what the recorded one was told."""
        await self.caught_up("connected", "reconnected")
        await self.until(lambda: self.client.count("result") >= self.n_results, f"result {self.n_results}")
        if self.transcript.is_raw:
            self.client.do("send", data=text)
            return
        number, hub, method, args = self.their_call(text)
        self.n_calls += 1
        members = {} if hub is None else {"hub": next(h for h in self.transcript.hubs if h.lower() == hub.lower())}
        record = json.loads(text)
        command = "send" if number is None else "upload" if "streamIds" in record else \
            "stream" if self.is_core and record["type"] == STREAM else "invoke"
        self.commands[number] = str(self.n_calls)
        if self.transcript.has_state():
            self.client.do("hub-state", state=record.get("S"), **members)
        self.client.do(command, method=method, args=args, **members,
                       **({"id": str(self.n_calls)} if number is not None else {}))

    def compare_call(self, ours, theirs, what):
        if self.transcript.is_raw:
            same(ours, theirs, what)
            return
        number, _, method, args = self.their_call(theirs)
        our_number, _, our_method, our_args = self.their_call(ours)
        same((our_method, our_args), (method, args), what)
        same(our_number is None, number is None, what + "’s lack of an id")
        calls = [json.loads(text) for text in (ours, theirs)]
        same(*(call.get("H", "").lower() for call in calls), what + "’s hub")
        if not self.is_core:
            same(*(call.get("S") for call in calls), what + "’s state of the hub")
        if number is not None:
            self.ids[str(number)] = str(our_number)

    async def classic_frame(self, line):
        await self.call(line["text"])
        exchange = self.exchanges[line["n"]]
        frame = await self.until(lambda: exchange.frames and exchange.frames.pop(0) or None
                                 if line["text"] else exchange.frames and (exchange.frames.pop(0),), "a frame")
        self.compare_call(frame if isinstance(frame, str) else frame[0], line["text"], "the call")

    async def classic_send(self, line):
        text = form_of(line["body"]).get("data", "")
        await self.call(text)
        exchange = await self.take(line)
        self.compare_call(form_of(exchange.body).get("data", ""), text, "the call")

    def core_records(self):
        """What our client sent, but for pings, goodbyes and answers to the server's questions."""
        records = []
        for exchange in self.peer.exchanges:
            texts = exchange.frames if exchange.upgrades else \
                [exchange.body] if exchange.method == "POST" and not exchange.path.endswith("/negotiate") else []
            for text in texts:
                records += [record for record in records_of(text) if record.get("type") not in IN_ITS_OWN_TIME]
        return records

    async def core_record(self, record):
        kind = record.get("type")
        if kind in IN_ITS_OWN_TIME:
            return
        is_resent = self.resends and record in self.sent
        self.sent.append(record)
        self.resends |= kind == SEQUENCE
        if kind in (CALL, STREAM) and not is_resent:
            await self.call(json.dumps(record))
        elif kind in (ITEM, END, CANCEL):
            await self.go_on(record)
        ours = await self.until(lambda: self.core_records()[self.n_records:self.n_records + 1], f"{record}")
        self.n_records += 1
        if kind is None or kind == SEQUENCE:
            same(ours[0], record, "the handshake" if kind is None else "where the client goes on")
        elif kind in (ITEM, END, CANCEL):
            expected = dict(record, invocationId=self.ids.get(record["invocationId"], record["invocationId"]))
            same(ours[0], expected, "what belongs to a call")
        else:
            same(ours[0]["type"], kind, "the kind of call")
            self.compare_call(json.dumps(ours[0]), json.dumps(record), "the call")
            for theirs, stream in zip(record.get("streamIds", ()), ours[0].get("streamIds", ())):
                self.ids[theirs] = stream
                self.commands[theirs] = self.commands[record["invocationId"]]

    async def go_on(self, record):
        """An item, the end of a stream, the answer to the server's question, or no more of it."""
        number = record["invocationId"]
        command = self.commands.get(number)
        if record["type"] == ITEM:
            self.client.do("item", id=command, item=record["item"])
        elif record["type"] == CANCEL:
            await self.until(lambda: self.client.count("item") >= self.n_items, f"item {self.n_items}")
            self.client.do("cancel", id=command)
        elif command is not None:
            self.client.do("complete", id=command)
        else:
            await self.until(lambda: any(e.get("id") == number for e in self.client.told("invocation")), "the question")
            self.client.do("return", id=number, result=record["result"])

    def translate(self, text):
        """The recorded ids of calls become ours."""
        name = "invocationId" if self.is_core else "I"

        def swap(match):
            number = match[3]
            return match[1] + (match[2] or "") + self.ids.get(number, number) + '"'
        return re.sub(r'("%s":")(P\|)?([0-9]+)"' % name, swap, text)

    # The script.

    async def step(self, index, line):
        if index in self.transcript.stops:
            await self.stop()
        kind = line["k"]
        if kind in ("client", "tap", "note", "req"):
            await getattr(self, "step_" + kind)(line)
        elif line.get("error") == "ECONNREFUSED":
            self.peer.refuse()
        elif line.get("n") in self.exchanges:
            exchange = self.exchanges[line["n"]]
            if kind == "frame" and line["dir"] == "c>s":
                await self.step_client_frame(line)
            elif not exchange.done.is_set() or exchange.is_open or exchange.streams:
                if kind == "close" or line.get("op") == "close" or (kind == "end" and exchange.is_events):
                    await self.caught_up("connected")
                getattr(self, "play_" + kind)(exchange, line)
        await asyncio.sleep(0)

    async def step_client(self, line):
        event = LIFECYCLE.get(line["ev"])
        if event is not None:
            self.told[event] += 1
            self.is_lost = event == "reconnecting"
        elif line["ev"] in RESULTS:
            self.n_results += 1
        elif line["ev"] == "item":
            self.n_items += 1

    async def step_tap(self, line):
        if line["what"] in ("reset", "refuse", "silent"):
            await self.caught_up("connected", "reconnected")
        else:
            await self.caught_up("slow", "reconnecting")
        if line["what"] == "reset":
            self.peer.reset()
        elif line["what"] == "refuse":
            self.peer.refuse()
        elif line["what"] in ("restore", "accept"):
            await self.peer.listen()
            for exchange in self.before_silence:
                if exchange.is_open or exchange.streams or not exchange.done.is_set():
                    exchange.reset()
        if line["what"] == "silent":
            self.before_silence = list(self.peer.exchanges)
        self.is_silent = line["what"] == "silent"

    async def step_note(self, line):
        if line["text"] == "new server process":
            await self.peer.listen()
        else:
            await self.caught_up("connected", "reconnected")

    async def step_req(self, line):
        path = urlsplit(line["line"].split(" ")[1]).path
        is_send = not self.is_core and path.endswith("/send")
        # How often a client asks a server that does not answer is its own affair; a call is not.
        if path.endswith("/ping") or not (line["n"] in self.transcript.broken or is_send):
            return
        if self.stopped and path.endswith("/negotiate"):
            await self.start_again()
        is_post = line["line"].startswith("POST")
        if self.is_core and is_post and not path.endswith("/negotiate"):
            for record in records_of(line["body"]):
                await self.core_record(record)
        elif is_send:
            await self.classic_send(line)
        else:
            await self.take(line)

    async def step_client_frame(self, line):
        if line["op"] != "text":
            return
        if not self.is_core:
            await self.classic_frame(line)
        else:
            for record in records_of(line["text"]):
                await self.core_record(record)

    def play_res(self, exchange, line):
        recorded = {name.lower(): value for name, value in line["headers"].items()}
        headers = {name: value for name, value in line["headers"].items()
                   if name.lower() in ("content-type", "connection", "www-authenticate", "retry-after")}
        exchange.is_events = recorded.get("content-type", "").startswith("text/event-stream")
        exchange.has_body = any(other["k"] == "data" and other["n"] == line["n"] for other in self.transcript.lines)
        chunked = exchange.has_body or "transfer-encoding" in recorded
        if not chunked and line["status"] != 204:
            headers["Content-Length"] = "0"
        exchange.respond(line["status"], line.get("reason", ""), headers, chunked)

    def play_data(self, exchange, line):
        exchange.add(self.translate(line["body"]))

    def play_end(self, exchange, line):
        exchange.end()

    def play_up(self, exchange, line):
        exchange.upgrade()

    def play_frame(self, exchange, line):
        if line["op"] == "close":
            exchange.frame((line["code"] or 1000).to_bytes(2, "big"), CLOSE)
        else:
            exchange.frame(self.translate(line["text"]).encode())

    def play_close(self, exchange, line):
        if line["by"] == "client" or self.stopped:
            return
        if "rst" in line["by"] or line["by"] == "tap":
            exchange.reset()
        else:
            exchange.close()

    async def stop(self):
        await self.caught_up("connected", "reconnecting")
        expected = differences.lifecycle(self.transcript.name, self.transcript.lifecycle())
        for name in ("recovered", "reconnected"):
            await self.until(lambda name=name: self.client.count(name) >= expected.count(name), f"“{name}”")
        kinds = [kind for kind, _ in self.expected_results()]
        results = self.n_results
        if results >= len(kinds):
            results = len(differences.outcomes(self.transcript.name, kinds))
        await self.until(lambda: self.client.count("result") >= results, f"result {results}")
        wanted = len(self.expected_calls())
        await self.until(lambda: self.client.count("invocation") >= wanted, f"invocation {wanted}")
        self.stopped = True
        self.client.do("stop")

    async def start_again(self):
        await self.until(lambda: self.client.count("disconnected") >= 1, "“disconnected”")
        self.stopped = False
        self.client.do("start")

    # What was told.

    def expected_calls(self):
        calls = []
        for line in self.transcript.lines:
            if line["k"] == "client" and line["ev"] == "Callback":
                calls.append((line["hub"].lower(), line["method"], line["args"]))
            elif line["k"] == "client" and line["ev"] == "invocation":
                calls.append((None, line["target"], line["args"]))
            elif line["k"] == "client" and line["ev"] == "asked":
                calls.append((None, "Ask", line["args"]))
        return calls

    def expected_results(self):
        results = []
        for line in self.transcript.lines:
            if line["k"] != "client":
                continue
            if line["ev"] in ("complete", "cancelled"):
                results.append(("result", None) if line["ev"] == "complete" else ("error", "Operation was cancelled"))
            elif line["ev"] in ("Result", "result"):
                results.append(("result", line["value"]))
            elif line["ev"] in ("InvokeFailed", "failed"):
                error = line["error"]
                results.append(("error", error if isinstance(error, str) else error["message"]))
        return results

    def compare_told(self):
        ours = self.client.lifecycle()
        theirs = differences.lifecycle(self.transcript.name, self.transcript.lifecycle())
        if "disconnected" not in theirs:
            ours = [event for event in ours if event != "disconnected"]
        same(ours, theirs, "what the client tells of its connection")

        calls = [((e.get("hub") or "").lower() or None, e["method"], e["args"]) for e in self.client.told("invocation")]
        same(calls, self.expected_calls(), "what the server called")

        items = [e["item"] for e in self.client.told("item")]
        same(items, [line["value"] for line in self.transcript.lines if line["k"] == "client" and line["ev"] == "item"], "the items")

        results = [("error", e["error"]) if "error" in e else ("result", e["result"])
                   for e in self.client.told("result")]
        expected = self.expected_results()
        outcomes = differences.outcomes(self.transcript.name, [kind for kind, _ in expected])
        same([kind for kind, _ in results], outcomes, "which calls succeeded")
        for ours, theirs in zip(results, expected) if outcomes == [kind for kind, _ in expected] else ():
            # The words for a lost connection are each client's own; a server's are not.
            if theirs[0] == "result" or self.transcript.server_says(theirs[1]):
                same(ours, theirs, "the result of a call")

    def compare_number(self):
        """How often a receiving transport is tried is a client's own affair; the rest is asked for once."""
        # A start that fails ends where each client gave up.
        if "connected" not in self.transcript.lifecycle():
            return
        more = [f"{e.method} {e.path}" for e in self.peer.exchanges
                if not e.taken and not e.done.is_set() and
                self.key(e.method, e.path, e.upgrades) in ("negotiate", "start", "send", "abort", "DELETE")]
        same(more, [], "what nobody waited for")

    # All of it.

    def argv(self):
        t = self.transcript
        argv = [str(BUILD / "src/tools/signalr-cli"), "connect", f"http://127.0.0.1:{self.peer.port}{t.path}",
                "--protocol", "aspnetcore" if t.is_core else "aspnet", "--retry", "never"]
        if t.transport != "auto":
            argv += ["--transport", TRANSPORTS.get(t.transport, t.transport)]
        for hub in t.hubs:
            argv += ["--hub", hub]
        argv += ["--stateful"] if t.is_stateful else []
        argv += ["--skip-negotiation"] if t.skips_negotiation else []
        if t.token():
            argv += ["--bearer", t.token()]
        if t.is_silence:
            argv += ["--slow-after", str(SLOW_AFTER), "--timeout", str(TIMEOUT)]
        if t.scenario in ("gone", "silence-lost", "drop-closed"):
            argv += ["--disconnect-timeout", "1"]
        return argv

    async def run(self):
        pump = None
        try:
            await self.peer.listen()
            env = dict(os.environ, G_DEBUG="fatal-criticals", GIO_USE_PROXY_RESOLVER="dummy")
            await self.client.start(self.argv(), env)
            if self.transcript.is_silence:
                pump = asyncio.create_task(self.pump())
            for index, line in enumerate(self.transcript.lines):
                await self.step(index, line)
            self.is_over = True
            if not self.transcript.stops and ("disconnected" not in self.transcript.lifecycle() or
                                              self.transcript.scenario == "server-shutdown"):
                await self.caught_up("connected", "reconnecting", "reconnected")
                self.stopped = True
                self.client.do("stop")
            if self.transcript.scenario == "drop-closed":
                self.peer.refuse()
            await self.until(lambda: self.client.count("disconnected") >= max(1, len(self.transcript.stops)), "the end")
            self.stopped = True
            self.compare_told()
            self.compare_number()
            code = await self.client.end(LIMIT)
            if code not in (0, 1):
                raise Wrong(f"the client’s exit code is {code}")
        finally:
            if pump is not None:
                pump.cancel()
            await self.peer.end()
            await self.client.end(LIMIT)


async def replay_all(paths, verbose):
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(path):
        async with gate:
            transcript = Transcript(path)
            replay = Replay(transcript)
            try:
                await replay.run()
            except (Wrong, KeyError, ValueError, OSError, AttributeError, StopIteration) as wrong:
                return transcript.name, wrong if isinstance(wrong, Wrong) else repr(wrong), replay.client.log
            return transcript.name, None, replay.client.log

    print(f"1..{len(paths)}")
    failed = 0
    tasks = [asyncio.create_task(one(path)) for path in paths]
    for number, task in enumerate(tasks, 1):
        name, wrong, log = await task
        failed += wrong is not None
        print(f"{'ok' if wrong is None else 'not ok'} {number} - {name}")
        if wrong is not None:
            print(f"# {wrong}")
        for line in log if wrong is not None or verbose else ():
            print(f"#   {line}")
        sys.stdout.flush()
    return 1 if failed else 0


def main():
    arguments = sys.argv[1:]
    verbose = "-v" in arguments
    patterns = [argument for argument in arguments if argument != "-v"] or ["*"]
    paths = [path for path in sorted((SOURCE / "golden").glob("*/*.jsonl"))
             if any(fnmatch.fnmatch(f"{path.parent.name}/{path.stem}", pattern) for pattern in patterns)]
    return asyncio.run(replay_all(paths, verbose))


if __name__ == "__main__":
    sys.exit(main())
