# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is tested with whom: the clients, the servers, and the pairs of them."""

import json
import pathlib
import shutil
from dataclasses import dataclass

LIFETIME = ("connected", "slow", "recovered", "reconnecting", "reconnected", "disconnected", "retry")

# How long a poll waits, in seconds: where the link is silent, clients find out some time after it.
CONNECTION_TIMEOUT = 5


@dataclass(frozen=True)
class Words:
    """How the chat of the official tutorials is spoken in a dialect."""
    path: str
    hub: str
    send: str
    receive: str


WORDS = {
    "aspnetcore": Words("/chatHub", "ChatHub", "SendMessage", "ReceiveMessage"),
    "aspnet": Words("/signalr", "ChatHub", "Send", "broadcastMessage"),
}


@dataclass(frozen=True)
class Places:
    """Where the programs are."""
    build: pathlib.Path
    peers: pathlib.Path
    home: pathlib.Path

    def tool(self, name):
        return self.build / "src/tools" / name

    def dotnet(self, project, name):
        return self.peers / project / "bin" / name / "release" / name

    @property
    def js(self):
        return self.peers / "js"

    @property
    def chromium(self):
        return shutil.which("chromium-headless-shell") or shutil.which("chromium")


class OurClient:
    name = "signalr-cli"
    tells_slow = True
    gives_up = True

    def missing(self, places):
        return None

    def argv(self, places, pair, url, timeout, disconnect_timeout):
        words = WORDS[pair.dialect]
        hub = ["--hub", words.hub] if pair.dialect == "aspnet" else []
        return [places.tool("signalr-cli"), "connect", "--protocol", pair.dialect, "--transport", pair.transport,
                "--encoding", pair.encoding, "--retry", "never", *hub, "--timeout", timeout, "--ping-interval", 1,
                "--disconnect-timeout", disconnect_timeout, url]


def official_options(pair, url, timeout):
    """What our drivers of official clients are told."""
    words = WORDS[pair.dialect]
    return {"dialect": pair.dialect, "url": url, "hub": words.hub, "methods": [words.receive],
            "transport": pair.transport, "encoding": pair.encoding, "timeout": timeout}


@dataclass(frozen=True)
class JavaScriptClient:
    name: str
    in_browser: bool
    tells_slow: bool
    # Core's clients go on for as long as their list of delays says, which is longer than a test.
    gives_up: bool

    def missing(self, places):
        if not shutil.which("node"):
            return "Node.js is not installed"
        if not (places.js / "node_modules").is_dir():
            return "the npm packages could not be fetched"
        if self.in_browser and not places.chromium:
            return "Chromium is not installed"
        return None

    def argv(self, places, pair, url, timeout, disconnect_timeout):
        options = official_options(pair, url, timeout)
        if self.in_browser:
            options["browser"] = places.chromium
        return ["node", places.js / "client.js", json.dumps(options)]


@dataclass(frozen=True)
class DotnetProgram:
    """One of those in the folders here."""
    name: str
    project: str
    program: str

    def missing(self, places):
        if not shutil.which("dotnet"):
            return ".NET is not installed"
        if not places.dotnet(self.project, self.program).exists():
            return ".NET 10 is not installed"
        return None


@dataclass(frozen=True)
class DotnetClient(DotnetProgram):
    tells_slow: bool
    gives_up: bool

    def argv(self, places, pair, url, timeout, disconnect_timeout):
        return [places.dotnet(self.project, self.program), json.dumps(official_options(pair, url, timeout))]


OURS = OurClient()
NODE = JavaScriptClient("@microsoft/signalr 10.0 in Node", False, False, False)
CHROMIUM = JavaScriptClient("@microsoft/signalr 10.0 in Chromium", True, False, False)
JQUERY = JavaScriptClient("signalr 2.4.3 with jQuery in Chromium", True, True, True)
DOTNET = DotnetClient(".NET HubConnection 10.0", "core-client", "CoreClient", False, False)
CLASSIC_DOTNET = DotnetClient(".NET classic client 2.4.2", "classic-client", "ClassicClient", True, True)


class OurServer:
    name = "tertulia-server"
    friend = OURS
    tells_stop_called = True

    def missing(self, places):
        return None

    def argv(self, places, keep_alive, disconnect_timeout):
        return [places.tool("tertulia-server"), "--port", 0, "--key", places.home / "server.key",
                "--disconnect-timeout", disconnect_timeout, "--keep-alive", keep_alive,
                "--connection-timeout", CONNECTION_TIMEOUT]


@dataclass(frozen=True)
class DotnetServer(DotnetProgram):
    friend: object
    # Core calls OnDisconnectedAsync with an exception or without, which says something else.
    tells_stop_called: bool
    options: tuple

    def argv(self, places, keep_alive, disconnect_timeout):
        return [places.dotnet(self.project, self.program), "--keep-alive", keep_alive,
                *self.options, disconnect_timeout]


OUR_SERVER = OurServer()
CORE_SERVER = DotnetServer("ASP.NET Core 10", "core-server", "CoreServer", NODE, False,
                           ("--urls", "http://127.0.0.1:0", "--client-timeout"))
CLASSIC_SERVER = DotnetServer("ASP.NET SignalR 2.4.1", "classic-server", "ClassicServer", JQUERY, True,
                              ("--connection-timeout", CONNECTION_TIMEOUT, "--disconnect-timeout"))


@dataclass(frozen=True)
class Pair:
    client: object
    server: object
    dialect: str
    transport: str = "webSockets"
    encoding: str = "json"

    @property
    def name(self):
        return f"{self.client.name} with {self.server.name}, {self.dialect}, {self.transport}, {self.encoding}"

    @property
    def disconnect_timeout(self):
        """For how long both ends wait, in seconds: not less than a client needs to find out, which takes it the
        longest while it polls."""
        return 20 if self.transport == "longPolling" else 6

    def missing(self, places):
        """Why the pair cannot be tested here; None where it can."""
        return (self.client.missing(places) or self.server.missing(places)
                or self.server.friend.missing(places))


CORE_TRANSPORTS = ("webSockets", "serverSentEvents", "longPolling")
CLASSIC_TRANSPORTS = ("webSockets", "serverSentEvents", "foreverFrame", "longPolling")

PAIRS = [
    *(Pair(OURS, CORE_SERVER, "aspnetcore", transport) for transport in CORE_TRANSPORTS),
    *(Pair(OURS, CLASSIC_SERVER, "aspnet", transport) for transport in CLASSIC_TRANSPORTS),
    Pair(NODE, OUR_SERVER, "aspnetcore"),
    Pair(CHROMIUM, OUR_SERVER, "aspnetcore"),
    Pair(DOTNET, OUR_SERVER, "aspnetcore"),
    Pair(JQUERY, OUR_SERVER, "aspnet"),
    Pair(CLASSIC_DOTNET, OUR_SERVER, "aspnet"),
    *(Pair(OURS, OUR_SERVER, "aspnetcore", transport) for transport in CORE_TRANSPORTS),
    *(Pair(OURS, OUR_SERVER, "aspnet", transport) for transport in CLASSIC_TRANSPORTS),
    # Official on both sides: what they do is what ours is measured by.
    Pair(NODE, CORE_SERVER, "aspnetcore"),
    Pair(DOTNET, CORE_SERVER, "aspnetcore"),
    Pair(JQUERY, CLASSIC_SERVER, "aspnet"),
    Pair(CLASSIC_DOTNET, CLASSIC_SERVER, "aspnet"),
]
