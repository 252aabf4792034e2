# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What passed, as tables."""

import itertools

PASSED = "passed"
FAILED = "FAILED"
SKIPPED = "skipped"
ABSENT = "–"

INTRODUCTION = """# Our client and server with the official ones

Made by `tests/interop/run BUILD --document docs/interop.md`; do not edit it.

Every pair of a client and a server goes through the same cases. Between them is
`signalr-link`, which cuts the link, silences it, or takes it away; a second client
is straight on the server, and the two talk. The events on both sides are compared
in order, and every message arrives exactly once, in order. The rows of official
programs alone are there to see that the cases ask for nothing but what the
originals do.

{cases}

– is what a pair cannot do. Classic SignalR has no way for a server to end a
connection that the official programs share, its official server lets clients in
that are late, its .NET client cannot be told to wait for longer than the server
says, and signalr 2.4.3 takes the page that the browser shows of a refused
connection for a forever frame, and may never come back. Official servers that are
about to end still let clients in. Core has no keep-alive that
could be off, lets polls wait for 90 s, and has no raw connections that its clients
could use; of these ours alone tells that a connection is slow; and
@microsoft/signalr, where a connection that it could resume is silent, both ends and
resumes it.

Not to be had on the machines that run these tests, and so not in the tables: the
packages for MessagePack of the ASP.NET Core server and of the .NET HubConnection,
and the latter's own transports (it speaks through a WebSocket of ours).
"""

DIALECTS = {"aspnetcore": "ASP.NET Core SignalR", "aspnet": "Classic SignalR"}


class Matrix:
    def __init__(self, pairs, cases):
        self._pairs = pairs
        self._cases = cases
        self._cells = {}

    def put(self, pair, case, result):
        self._cells[pair, case] = result

    def has_failed(self):
        return FAILED in self._cells.values()

    def lines(self):
        """Tables in Markdown, one for each dialect."""
        for dialect, pairs in itertools.groupby(self._pairs, lambda pair: pair.dialect):
            yield f"## {DIALECTS[dialect]}"
            yield ""
            yield from self._table(list(pairs))
            yield ""

    def _table(self, pairs):
        heads = ["Client", "Server", "Transport", *self._cases]
        rows = [[pair.client.name, pair.server.name, pair.way,
                 *(self._cells.get((pair, case), ABSENT) for case in self._cases)] for pair in pairs]
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

        def line(cells):
            return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
        return [line(heads), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)]

    def document(self, path):
        cases = "\n".join(f"- **{name}**: {case.__doc__}" for name, case in self._cases.items())
        path.write_text(INTRODUCTION.format(cases=cases) + "\n" + "\n".join(self.lines()), encoding="utf-8")
