# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is tested with whom: the clients, the servers, and the pairs of them."""

import pathlib
import shutil
from dataclasses import dataclass

# How a hub is reached in each dialect.
PATHS = {"aspnetcore": "/interop", "aspnet": "/signalr"}
STATEFUL_PATH = "/stateful"
RAW_PATH = "/echo"
HUB = "InteropHub"
# What official clients listen to, with the number of arguments.
METHODS = {"Heard": 1, "broadcastMessage": 2, "ReceiveMessage": 2}


@dataclass(frozen=True)
class Times:
    """In seconds; short enough to wait for. The least keep-alive of the classic protocol is 2, and twice that the time
    after which a client takes the server for silent."""
    keep_alive: int = 2
    disconnect: int = 6
    # How long a poll waits: where the link is silent, clients find out some time after it.
    connection: int = 5
    # Whether who comes back after the end is let in, as by the original; and how long clients wait for that.
    lets_in: bool = False

    @property
    def patience(self):
        return 60 if self.lets_in else self.disconnect

    @property
    def silence(self):
        return 2 * self.keep_alive


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


def missing_dotnet(places, project, program):
    if not shutil.which("dotnet"):
        return ".NET is not installed"
    if not places.dotnet(project, program).exists():
        return ".NET 10 is not installed"
    return None


class OurClient:
    name = "signalr-cli"
    tells_slow = True
    tells_resumed = True
    gives_up = True

    def missing(self, places):
        return None

    def argv(self, places, pair, url, user, times, hub=HUB):
        """It is a program of its own for each connection."""
        token = ["--query", f"access_token={user}"] if pair.dialect == "aspnet" else ["--bearer", user]
        hub = ["--hub", hub] if hub and pair.dialect == "aspnet" else []
        stateful = ["--stateful"] if pair.stateful else []
        timeout = ["--timeout", times.silence] if times.keep_alive else []
        return [places.tool("signalr-cli"), "connect", "--protocol", pair.dialect, "--transport", pair.transport,
                "--encoding", pair.encoding, "--retry", "never", *hub, *token, *stateful, *timeout,
                "--ping-interval", 1, "--disconnect-timeout", times.patience, url]

    def notices_silence(self, pair):
        return True

    def bears_refusal(self, pair):
        return True


@dataclass(frozen=True)
class OfficialClient:
    """One of those in the folders here; a single program is host to all its connections."""
    name: str
    tells_slow: bool
    # A connection that is resumed seems never to have been gone.
    tells_resumed = False
    # Core's clients go on for as long as their list of delays says, which is longer than a test waits.
    gives_up: bool

    def options(self, pair, url, user, times, hub=HUB):
        return {"dialect": pair.dialect, "url": url, "hub": hub, "methods": METHODS, "user": user,
                "transport": pair.transport, "encoding": pair.encoding, "stateful": pair.stateful, "timeout": times.silence,
                "patience": times.patience if times.lets_in else None}

    def notices_silence(self, pair):
        return True

    def bears_refusal(self, pair):
        """They try but once to resume a connection, and at once; and take the page that the browser shows instead of a
        forever frame for one, so that they are told to be connected again and again."""
        return not pair.stateful and pair.transport != "foreverFrame"


@dataclass(frozen=True)
class JavaScriptClient(OfficialClient):
    in_browser: bool

    def missing(self, places):
        if not shutil.which("node"):
            return "Node.js is not installed"
        if not (places.js / "node_modules").is_dir():
            return "the npm packages could not be fetched"
        if self.in_browser and not places.chromium:
            return "Chromium is not installed"
        return None

    def notices_silence(self, pair):
        """Core's just polls again, after 100 s."""
        return (pair.dialect, pair.transport) != ("aspnetcore", "longPolling")

    def host(self, places):
        return ["node", places.js / "client.js", *([places.chromium] if self.in_browser else [])]


@dataclass(frozen=True)
class DotnetClient(OfficialClient):
    project: str
    program: str

    def missing(self, places):
        return missing_dotnet(places, self.project, self.program)

    def host(self, places):
        return [places.dotnet(self.project, self.program)]

    def notices_silence(self, pair):
        """Its poll has no limit."""
        return pair.transport != "longPolling"


OURS = OurClient()
NODE = JavaScriptClient("@microsoft/signalr 10.0 in Node", False, False, False)
CHROMIUM = JavaScriptClient("@microsoft/signalr 10.0 in Chromium", False, False, True)
JQUERY = JavaScriptClient("signalr 2.4.3 with jQuery in Chromium", True, True, True)
DOTNET = DotnetClient(".NET HubConnection 10.0", False, False, "core-client", "CoreClient")
CLASSIC_DOTNET = DotnetClient(".NET classic client 2.4.2", True, True, "classic-client", "ClassicClient")


class OurServer:
    name = "signalr-glib"
    friend = OURS
    tells_reconnected = True

    def tells_stop_called(self, pair):
        """Over event streams Core's clients take leave by a request, and end the stream without waiting for it."""
        return pair.client is OURS or (pair.dialect, pair.transport) != ("aspnetcore", "serverSentEvents")

    def missing(self, places):
        return None

    def argv(self, places, port, times):
        return [places.build / "tests/interop/interop-server", "--port", port, "--key", places.home / "server.key",
                "--disconnect-timeout", times.disconnect, "--keep-alive", times.keep_alive,
                "--connection-timeout", times.connection, *(["--admit-late"] if times.lets_in else [])]


@dataclass(frozen=True)
class DotnetServer:
    name: str
    project: str
    program: str
    friend: object
    # Core has no such thing.
    tells_reconnected: bool

    def tells_stop_called(self, pair):
        """Core calls OnDisconnectedAsync with an exception or without, which says something else; and classic SignalR
        misses a goodbye that comes between two polls."""
        return self.tells_reconnected and pair.transport != "longPolling"

    def missing(self, places):
        return missing_dotnet(places, self.project, self.program)

    def argv(self, places, port, times):
        program = places.dotnet(self.project, self.program)
        if self.program == "CoreServer":
            # It looks at its clocks once a second.
            return [program, "--urls", f"http://127.0.0.1:{port}", "--keep-alive", times.keep_alive - 1,
                    "--client-timeout", times.disconnect]
        return [program, "--port", port, "--keep-alive", times.keep_alive or "none",
                "--disconnect-timeout", times.disconnect, "--connection-timeout", times.connection]


class ChatServer:
    """Tertulia's, with the hub of the official tutorials."""
    paths = {"aspnetcore": "/chatHub", "aspnet": "/signalr"}
    hub = "ChatHub"
    send = {"aspnetcore": "SendMessage", "aspnet": "Send"}
    receive = {"aspnetcore": "ReceiveMessage", "aspnet": "broadcastMessage"}

    def argv(self, places, port, times):
        return [places.tool("tertulia-server"), "--port", port, "--key", places.home / "chat.key"]


CHAT_SERVER = ChatServer()
OUR_SERVER = OurServer()
CORE_SERVER = DotnetServer("ASP.NET Core 10", "core-server", "CoreServer", NODE, False)
CLASSIC_SERVER = DotnetServer("ASP.NET SignalR 2.4.1", "classic-server", "ClassicServer", CLASSIC_DOTNET, True)


@dataclass(frozen=True)
class Pair:
    client: object
    server: object
    dialect: str
    transport: str = "webSockets"
    encoding: str = "json"
    stateful: bool = False

    @property
    def name(self):
        return f"{self.client.name} with {self.server.name}, {self.dialect}, {self.way}"

    @property
    def way(self):
        encoding = f", {self.encoding}" if self.dialect == "aspnetcore" else ""
        return self.transport + encoding + (", stateful" if self.stateful else "")

    @property
    def path(self):
        return STATEFUL_PATH if self.stateful else PATHS[self.dialect]

    @property
    def times(self):
        """Both ends wait not less than a client needs to find out, which takes it the longest while it polls; and
        forever frames of browsers do not tell that they broke."""
        return Times(disconnect=20) if self.transport in ("longPolling", "foreverFrame") else Times()

    @property
    def keeps_id(self):
        """Whether a connection comes back as the one it was."""
        return self.dialect == "aspnet" or self.stateful

    def missing(self, places):
        """Why the pair cannot be tested here; None where it can."""
        return (self.client.missing(places) or self.server.missing(places)
                or self.server.friend.missing(places))


def core(client, server, *encodings, stateful=False, transports=("webSockets", "serverSentEvents", "longPolling")):
    """The rows of a pair in the dialect of ASP.NET Core. Event streams are text, and only WebSockets resume."""
    rows = [Pair(client, server, "aspnetcore", transport, encoding) for encoding in encodings
            for transport in transports if (transport, encoding) != ("serverSentEvents", "messagepack")]
    if stateful:
        rows += [Pair(client, server, "aspnetcore", "webSockets", encoding, True) for encoding in encodings]
    return rows


def classic(client, server, *transports):
    return [Pair(client, server, "aspnet", transport) for transport in transports]


FOUR = ("webSockets", "serverSentEvents", "foreverFrame", "longPolling")
THREE = ("webSockets", "serverSentEvents", "longPolling")

PAIRS = [
    *core(OURS, CORE_SERVER, "json", stateful=True),
    *core(OURS, OUR_SERVER, "json", "messagepack", stateful=True),
    *core(NODE, OUR_SERVER, "json", "messagepack", stateful=True),
    *core(CHROMIUM, OUR_SERVER, "json", "messagepack", stateful=True),
    *core(DOTNET, OUR_SERVER, "json", stateful=True, transports=("webSockets",)),
    # Official on both sides: what they do is what ours is measured by.
    *core(NODE, CORE_SERVER, "json", stateful=True),
    *core(DOTNET, CORE_SERVER, "json", stateful=True, transports=("webSockets",)),

    *classic(OURS, CLASSIC_SERVER, *FOUR),
    *classic(OURS, OUR_SERVER, *FOUR),
    *classic(JQUERY, OUR_SERVER, *FOUR),
    *classic(CLASSIC_DOTNET, OUR_SERVER, *THREE),
    *classic(JQUERY, CLASSIC_SERVER, *FOUR),
    *classic(CLASSIC_DOTNET, CLASSIC_SERVER, *THREE),
]
