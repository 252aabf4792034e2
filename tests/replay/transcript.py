# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an official client and an official server said to each other, read for a replay."""

import json
from urllib.parse import parse_qsl, urlsplit

# Ends of a connection that nobody asked the client for.
ENDS_ITSELF = {"gone", "start-fails", "silence-lost", "server-abort", "drop-closed", "unauthorized"}

# The recorded clients' words for what ours tells.
LIFECYCLE = {
    "Started": "connected", "connected": "connected",
    "ConnectionSlow": "slow",
    "Reconnecting": "reconnecting", "reconnecting": "reconnecting",
    "Reconnected": "reconnected", "reconnected": "reconnected",
    "Closed": "disconnected", "Disconnected": "disconnected", "closed": "disconnected",
    "start failed": "disconnected",
}


def records_of(text):
    """The messages of ASP.NET Core in a text."""
    return [json.loads(record) for record in text.split("\x1e") if record]


def form_value(body):
    """The call in a form."""
    return dict(parse_qsl(body)).get("data", "")


class Transcript:
    """The steps of one recording, and what its client told."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.header, *self.lines = [json.loads(line) for line in file]
        self._leave_out_dying_host()
        self._wait_for_connect()
        self._answer_goodbyes()
        self.name = f"{path.parent.name}/{path.stem}"
        self.is_core = path.parent.name == "aspnetcore"
        self.scenario = self.header["scenario"]
        self.transport = self.header["transport"]
        self.is_silence = self.scenario.startswith("silence")
        first = next(line for line in self.lines if line["k"] == "req" and "/ping" not in line["line"])
        target = urlsplit(first["line"].split(" ")[1])
        self.path = target.path.removesuffix("/negotiate")
        query = dict(parse_qsl(target.query))
        self.hubs = [hub.get("name") or hub.get("Name") for hub in json.loads(query.get("connectionData", "[]"))]
        self.is_raw = not self.is_core and not self.hubs
        self.skips_negotiation = self.is_core and not target.path.endswith("/negotiate")
        self.is_stateful = query.get("useStatefulReconnect") == "true"
        self.answered = {line["n"] for line in self.lines if line["k"] in ("res", "up")}
        # Those, and what the relay broke before it was answered.
        self.broken = self.answered | {line["n"] for line in self.lines
                                       if line["k"] == "close" and line["by"] == "tap"}
        self.requests = {line["n"]: line for line in self.lines if line["k"] == "req"}
        self.stops = self._find_stops()

    def _leave_out_dying_host(self):
        """After a shutdown ours waits until the host is gone; the JavaScript client asks it over and over."""
        asked = {line["n"] for line in self.lines if line["k"] == "req" and "/reconnect?" in line["line"]}
        dying = {line["n"] for line in self.lines
                 if line["k"] == "data" and line["n"] in asked and '"T":1' in line["body"]}
        # The same over webSockets: opened, and closed without a word.
        told = {line["n"] for line in self.lines if line["k"] == "frame" and line["op"] == "text"}
        closed = {line["n"] for line in self.lines if line["k"] == "frame" and line["op"] == "close" and line["dir"] == "s>c"}
        dying |= asked & closed - told
        self.lines = [line for line in self.lines if line.get("n") not in dying]

    def _wait_for_connect(self):
        """Clients of 1.x call over long polling before the server has answered /connect; ours waits for it."""
        connect = next((line["n"] for line in self.lines if line["k"] == "req" and "/connect?" in line["line"]), None)
        answers = [i for i, line in enumerate(self.lines) if line["k"] == "end" and line["n"] == connect]
        if not answers:
            return
        before, after = self.lines[:answers[0] + 1], self.lines[answers[0] + 1:]
        early = [line for line in before if line.get("ev") == "Started" or "/send?" in line.get("line", "")]
        if early and early[0].get("ev") == "Started" and "transport=longPolling" in self._connect_line(connect):
            self.lines = [line for line in before if line not in early] + early + after

    def _connect_line(self, number):
        return next(line["line"] for line in self.lines if line["k"] == "req" and line["n"] == number)

    def _answer_goodbyes(self):
        """An /abort is answered before anything else happens: who starts again waits for it."""
        for line in [line for line in self.lines if line["k"] == "req" and "/abort?" in line["line"]]:
            answer = [other for other in self.lines if other.get("n") == line["n"] and other is not line]
            rest = [other for other in self.lines if other not in answer]
            at = rest.index(line) + 1
            self.lines = rest[:at] + answer + rest[at:]

    def _find_stops(self):
        """Where the client was told to stop: at the first trace of each time that it had."""
        stops = set()
        if self.scenario in ENDS_ITSELF:
            return stops
        begin = 0
        for index, line in enumerate(self.lines):
            if line["k"] != "client":
                continue
            if line["ev"] in ("Stopped", "stopped"):
                stops.add(next(i for i in range(begin, index + 1) if self._shows_stop(self.lines[i])))
            elif line["ev"] not in ("Disconnected", "Closed", "closed", "StateChanged", "Received", "Error"):
                begin = index + 1
        return stops

    def _shows_stop(self, line):
        if line["k"] == "client":
            return line["ev"] in ("Disconnected", "Closed", "closed", "stopped", "Stopped")
        if line["k"] == "req":
            return "/abort" in line["line"] or line["line"].startswith("DELETE") or line.get("body") == '{"type":7}\x1e'
        if line["k"] == "frame" and line["dir"] == "c>s":
            return line.get("text") == '{"type":7}\x1e' or (line["op"] == "close" and line["code"] is None)
        return False

    def token(self):
        """The bearer's token that the recorded client showed."""
        for request in self.requests.values():
            for name, value in request["headers"].items():
                if name.lower() == "authorization":
                    return value.removeprefix("Bearer ")
        return None

    def lifecycle(self):
        """What the recorded client told of its connection."""
        events = []
        for line in self.lines:
            event = LIFECYCLE.get(line.get("ev")) if line["k"] == "client" else None
            if event == "disconnected" and events[-1:] == [event]:
                continue
            if event is not None:
                events.append(event)
        return events

    def has_state(self):
        """Whether the client's calls carry the state of their hub."""
        return not self.is_core and any(
            '"S":{' in line.get("text", "") + form_value(line.get("body", "")) for line in self.lines
            if line["k"] == "req" or line.get("dir") == "c>s")

    def server_says(self, text):
        """Whether these words came from the server."""
        words = json.dumps(text, ensure_ascii=False)[1:-1]
        return any(words in said.replace("\\u0027", "'") for said in
                   (line.get("body") or line.get("text") or "" for line in self.lines
                    if line["k"] == "data" or line.get("dir") == "s>c"))
