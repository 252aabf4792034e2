# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where our client does something else than the recorded one, and why."""

import fnmatch

# Of a transcript that is replayed otherwise.
AT_ONCE = "a transport that breaks is lost at once; the recorded client waits, and tells its silence meanwhile"
BROKEN_POLL = "a poll that breaks in its body is lost too; the .NET client just polls again"
FLAPS = "what a stopping server ends at once is no connection; the official clients tell each"

# What the recorded client told of its connection, what ours tells, and the reason; * is anything.
EVENTS = tuple((pattern, theirs.split(), ours.split(), reason) for pattern, theirs, ours, reason in (
    ("aspnet/silence-slow-*", "connected slow disconnected", "connected slow recovered disconnected",
     "ours tells the end of slowness, too"),
    ("aspnet/*", "connected slow reconnecting reconnected disconnected",
     "connected reconnecting reconnected disconnected", AT_ONCE),
    ("aspnet/*", "connected slow reconnecting disconnected", "connected reconnecting disconnected", AT_ONCE),
    ("aspnet/drop-*-dotnet-lp", "connected disconnected",
     "connected reconnecting reconnected disconnected", BROKEN_POLL),
    ("aspnet/drop-reconnect-js1.2.2-lp", "connected reconnecting disconnected",
     "connected reconnecting reconnected disconnected",
     "the poll that is answered again is told; the client of 1.2 is silent"),
    ("aspnet/server-shutdown-js2.1.2-lp", "*", "connected reconnecting disconnected", FLAPS),
    ("aspnet/server-shutdown-js2.0.3-lp", "*", "connected reconnecting disconnected", FLAPS),
    ("aspnet/server-shutdown-*-lp", "*", "connected reconnecting reconnected disconnected", FLAPS),
    ("aspnet/server-shutdown-dotnet-ws", "*", "connected reconnecting reconnected disconnected", FLAPS),
    ("aspnetcore/stateful-*", "connected disconnected", "connected reconnecting reconnected disconnected",
     "ours tells a stateful reconnect, too"),
    ("aspnetcore/drop-closed-*", "connected disconnected", "connected reconnecting disconnected",
     "ours reconnects unless its time is none; the recorded client was not told to"),
    ("aspnetcore/silence-*-[sw]*", "connected reconnecting reconnected disconnected",
     "connected slow reconnecting reconnected disconnected",
     "ours tells a slow connection of ASP.NET Core, too"),
))
# Where the silence was real, and is told.
SILENT = ("aspnet/silence-*",)

# Parameters that ours sets otherwise.
SAID_OTHERWISE = (
    ("aspnet/*-js[12].*", ("*", "clientProtocol"), "the clients of old have old versions, ours has 2.1 for any server"),
    ("aspnet/server-shutdown-*-lp", ("reconnect", "messageId"), "the dying host's cursor, which ours never sees"),
    ("aspnet/restart-js-*", ("negotiate", "connectionToken"), "a second start is a new connection, with a new token"),
)

# Which calls succeeded.
OUTCOMES = (
    ("aspnet/drop-pending-js-*", ["result"], ["error", "result"],
     "a browser repeats a POST that broke; ours says that it may have been done, and the caller decides"),
    ("aspnet/drop-pending-dotnet-sse", ["error"], ["result"],
     "a call made while the stream is lost goes its own way, and its result counts"),
)

# The recorded request that ours makes another way: what it asks for instead.
REQUESTS = (
    ("aspnet/drop-*-dotnet-lp", "poll", "reconnect",
     "a poll that breaks in its body is lost too; the .NET client just polls again"),
)


def lifecycle(name, events):
    """What ours tells where the recorded client told these."""
    was_silent = any(fnmatch.fnmatch(name, pattern) for pattern in SILENT)
    for pattern, theirs, ours, reason in EVENTS:
        if was_silent and reason == AT_ONCE:
            continue
        if fnmatch.fnmatch(name, pattern) and theirs in (events, ["*"]):
            return ours
    return events


def requests_for(name, key):
    return [key] + [ours for pattern, theirs, ours, _ in REQUESTS if fnmatch.fnmatch(name, pattern) and theirs == key]


def outcomes(name, kinds):
    for pattern, theirs, ours, _ in OUTCOMES:
        if fnmatch.fnmatch(name, pattern) and kinds == theirs:
            return ours
    return kinds


def ignores(name, key, parameter):
    return any(fnmatch.fnmatch(name, pattern) and what in ((key, parameter), ("*", parameter)) for pattern, what, _ in SAID_OTHERWISE)
