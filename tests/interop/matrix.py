# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What passed, as a table."""

PASSED = "passed"
FAILED = "FAILED"
SKIPPED = "–"

INTRODUCTION = """# Our client and server with the official ones

Made by `tests/interop/run --document docs/interop.md`; do not edit it.

Every pair of a client and a server goes through the same cases. Between them is
`signalr-link`, which cuts the link, silences it, or takes it away; a second client
is straight on the server, and the two chat. The events on both sides are compared
in order, and every message arrives exactly once. The pair of official programs is
there to see that the cases ask for nothing but what the originals do.
"""


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
        """The table in Markdown."""
        heads = ["Client", "Server", "Dialect", "Transport", "Encoding", *self._cases]
        rows = [[pair.client.name, pair.server.name, pair.dialect, pair.transport, pair.encoding,
                 *(self._cells[pair, case] for case in self._cases)] for pair in self._pairs]
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

        def line(cells):
            return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
        return [line(heads), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)]

    def document(self, path):
        path.write_text(INTRODUCTION + "\n" + "\n".join(self.lines()) + "\n", encoding="utf-8")
