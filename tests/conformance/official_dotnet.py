# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official .NET clients with the conformance host: what their own functional tests do, by our words. The programs
are those of tests/interop."""

import itertools
import pathlib
import sys
import traceback

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent / "support"), str(here.parent / "interop")]
import pairs  # noqa: E402
from program import PATIENCE, Failed  # noqa: E402
from wire import expect, request  # noqa: E402
from world import World  # noqa: E402

THREE = ("webSockets", "serverSentEvents", "longPolling")


class Client:
    """One of the clients in the program of its kind."""
    _numbers = itertools.count(1)

    def __init__(self, world, kind, url, **options):
        self._guest = world.host(kind).open("client", {"url": url, "methods": {}, **options}, [])
        self._calls = itertools.count(1)
        first = self._guest.wait_for("its start", lambda event, _: event.get("event") in ("connected", "disconnected"),
                                     PATIENCE)
        self.failure = first.get("error") if first["event"] == "disconnected" else None
        self.id = first.get("id")

    def __enter__(self):
        if self.failure is not None:
            raise Failed(f"the start failed: {self.failure}")
        return self

    def __exit__(self, *_):
        self._guest.end()

    def begin(self, do, method, *args, **more):
        name = str(next(self._calls))
        self._guest.do(do, id=name, method=method, args=list(args), **more)
        return name

    def result(self, name):
        return self._guest.claim("result", id=name)

    def invoke(self, method, *args):
        return self.result(self.begin("invoke", method, *args))

    def call(self, method, *args):
        result = self.invoke(method, *args)
        if "error" in result:
            raise Failed(f"{method}: {result['error']}")
        return result.get("result")

    def items(self, name):
        return [event["item"] for event in self._guest.events if event.get("event") == "item" and event["id"] == name]

    def stream(self, method, *args):
        name = self.begin("stream", method, *args)
        return self.result(name), self.items(name)

    def do(self, command, **more):
        self._guest.do(command, **more)

    def claim(self, event, **members):
        return self._guest.claim(event, **members)


def core(world, url, **options):
    return Client(world, pairs.DOTNET, url, dialect="aspnetcore", transport="webSockets", encoding="json", stateful=False,
                  timeout=30, **options)


def core_calls(world, host):
    with core(world, f"{host['core2']}/default") as client:
        expect("HelloWorld", client.call("HelloWorld"), "Hello World!")
        for text in ("x", None, "x" * 500):
            expect("Echo", client.call("echo", text), text)
        expect("GetCallerConnectionId", client.call("GetCallerConnectionId"), client.id)
        expect("GetActiveTransportName", client.call("GetActiveTransportName"), "WebSockets")
        expect("GetUserIdentifier", client.call("GetUserIdentifier"), None)
        expect("CallHandlerThatDoesntExist", client.call("CallHandlerThatDoesntExist"), None)


def core_errors(world, host):
    with core(world, f"{host['core2']}/default") as client:
        for method, args, error in (
                ("!@#$%", (), "Failed to invoke '!@#$%' due to an error on the server. HubException: Method does not "
                              "exist."),
                ("Echo", ("p1", 42), "Failed to invoke 'Echo' due to an error on the server. InvalidDataException: "
                                     "Invocation provides 2 argument(s) but target expects 1."),
                ("Stream", (1,), "The client attempted to invoke the streaming 'Stream' method with a non-streaming "
                                 "invocation.")):
            expect(method, client.invoke(method, *args)["error"], error)
        for method, args, error in (
                ("StreamException", (), "An unexpected error occurred invoking 'StreamException' on the server. "
                                        "InvalidOperationException: Error occurred while streaming."),
                ("StreamBroken", (), "The value returned by the streaming method 'StreamBroken' is not a "
                                     "ChannelReader<> or IAsyncEnumerable<>."),
                ("Stream", ("xyz",), "Failed to invoke 'Stream' due to an error on the server. InvalidDataException: Error "
                                     "binding arguments. Make sure that the types of the provided values match the types "
                                     "of the hub method being invoked."),
                ("HelloWorld", (), "The client attempted to invoke the non-streaming 'HelloWorld' method with a streaming "
                                   "invocation.")):
            expect(method, client.stream(method, *args)[0]["error"], error)
        expect("still there", client.call("Echo", "x"), "x")


def core_streams(world, host):
    with core(world, f"{host['core2']}/default") as client:
        result, items = client.stream("Stream", 5)
        expect("Stream", ("error" in result, items), (False, [0, 1, 2, 3, 4]))
        endless = client.begin("stream", "Stream", 1000)
        client.claim("item", id=endless)
        client.do("cancel", id=endless)
        client.result(endless)
        for method, items in (("StreamEcho", ["a", "b"]), ("StreamEchoInt", [1, 2]), ("StreamIAsyncConsumer", [3, 4])):
            name = client.begin("stream", method, uploads=True)
            for item in items:
                client.do("item", id=name, item=item)
                client.claim("item", id=name, item=item)
            client.do("complete", id=name)
            expect(method, "error" in client.result(name), False)


def core_ends(world, host):
    for method in ("Abort", "GetUnserializableObject", "CallWithUnserializableObject"):
        with core(world, f"{host['core2']}/default") as client:
            client.begin("invoke", method)
            error = client.claim("disconnected").get("error")
            if method == "Abort":
                expect("an error", error, None)
            elif not error or "A possible object cycle was detected." not in error:
                raise Failed(f"{method} ended with {error}")


def core_tokens(world, host):
    for path in ("/authorizedhub", "/authorizedhub2"):
        client = core(world, host["core2"] + path)
        if client.failure is None or "401" not in client.failure:
            raise Failed(f"without a token: {client.failure}")
        token = request(host["core2"], "GET", "/generateJwtToken").body
        with core(world, host["core2"] + path, user=token) as client:
            expect("an echo", client.call("Echo", "in"), "in")


def core_version(world, host):
    with core(world, f"{host['versions']}/version") as client:
        expect("an echo", client.call("Echo", "x"), "x")


def classic(world, url, transport, **options):
    return Client(world, pairs.CLASSIC_DOTNET, url, dialect="aspnet", transport=transport, **options)


def classic_hub(world, host, transport):
    with classic(world, f"{host['listening']}/signalr", transport, hub="demo") as client:
        late = client.begin("invoke", "GetValue")
        expect("Overload", [client.call("Overload"), client.call("Overload", 6)], [None, 6])
        error = client.invoke("SynchronousException")["error"]
        if "System.Exception" not in error:
            raise Failed(error)
        result = client.invoke("HubException")
        expect("HubException", (result["error"], result["data"]), ("message", "errorData"))
        result = client.invoke("HubExceptionWithoutErrorData")
        expect("without data", (result["error"], result.get("data")), ("message", None))
        expect("GetValue", client.result(late)["result"], 10)


def classic_echo(world, host, transport):
    with classic(world, f"{host['listening']}/signalr", transport, hub="echoHub") as client:
        expect("EchoReturn", client.call("EchoReturn", "¿qué? 😀"), "¿qué? 😀")
        expect("EchoAndDelayCallback", client.call("EchoAndDelayCallback", "x"), None)


def classic_raw(world, host, transport):
    with classic(world, f"{host['listening']}/echo", transport) as client:
        client.do("send", data="hello")
        client.claim("received", data="hello")
    with classic(world, f"{host['listening']}/multisend", transport) as client:
        for number in (1, 2):
            client.claim("received", data=f"OnConnectedAsync{number}")
        client.do("send", data="anything")
        for number in (1, 2):
            client.claim("received", data=f"OnReceivedAsync{number}")


def classic_redirect(world, host, transport):
    with classic(world, f"{host['listening']}/redirect", transport, hub="redirectTestHub") as client:
        expect("EchoReturn", client.call("EchoReturn", "x"), "x")
        expect("GetAccessToken", client.call("GetAccessToken"), "TestToken")
    with classic(world, f"{host['listening']}/redirect-query-string", transport, hub="redirectTestHub") as client:
        for name, value in (("name1", "newValue"), ("name3", "value3"), ("origName1", "value1")):
            expect(name, client.call("GetQueryStringValue", name), value)


def classic_failures(world, host, transport):
    for path, words in (("/redirect-loop", "redirection limit exceeded"), ("/aspnetcore-signalr", "ASP.NET Core"),
                        ("/negotiate-error", "Server-provided negotiate error message!")):
        failure = classic(world, host["listening"] + path, transport, hub="demo").failure
        if failure is None or words not in failure:
            raise Failed(f"{path}: {failure}")


CORE = {
    "calls": core_calls,
    "errors": core_errors,
    "streams": core_streams,
    "ends": core_ends,
    "tokens": core_tokens,
    "versions": core_version,
}

CLASSIC = {
    "a hub": classic_hub,
    "calls": classic_echo,
    "connections without hubs": classic_raw,
    "redirections": classic_redirect,
    "starts that fail": classic_failures,
}


def run(check, *args):
    """None, or why it failed."""
    try:
        check(*args)
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc()
    return None


def checks(build, host):
    """(words, why it was skipped, why it failed) of each, one after the other."""
    places = pairs.Places(build, build / "interop", build)
    with World(places) as world:
        for kind, cases, transports in ((pairs.DOTNET, CORE, [None]), (pairs.CLASSIC_DOTNET, CLASSIC, THREE)):
            missing = kind.missing(places)
            for transport in transports:
                for words, check in cases.items():
                    name = ": ".join(part for part in (kind.name, transport, words) if part)
                    args = (world, host, transport) if transport else (world, host)
                    yield name, missing, None if missing else run(check, *args)
