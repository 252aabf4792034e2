# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Part 3: what the functional tests of the .NET client of ASP.NET Core ask."""

import json
import time
import urllib.parse

from wire import RS, Core, Failed, Socket, expect, quote, request

TRANSPORTS = ("WebSockets", "ServerSentEvents", "LongPolling")
FAILED = "Failed to invoke '{}' due to an error on the server. "
UNEXPECTED = "An unexpected error occurred invoking '{}' on the server. "


def routes(host):
    for path in ("/default", "/dynamic", "/hubT", "/hubt"):
        for transport in TRANSPORTS:
            client = Core(host.core2, path, transport)
            expect(path, client.call("HelloWorld"), "Hello World!")
            expect("the transport", client.call("GetActiveTransportName"), transport)
            expect("the id", client.call("GetCallerConnectionId"), client.id)
            client.close()
    offered = request(host.core2, "POST", "/default-nowebsockets/negotiate?negotiateVersion=1").json()
    expect("without WebSockets", [one["transport"] for one in offered["availableTransports"]], list(TRANSPORTS[1:]))


def from_negotiate(host):
    expect("the cookie", request(host.core2, "POST", "/default/negotiate").all("Set-Cookie"),
           ["fromNegotiate=a%20value; path=/"])
    client = Core(host.core2, "/default", Cookie="fromNegotiate=a%20value")
    expect("read back", client.call("GetCookieValue", "fromNegotiate"), "a value")
    expect("none", client.call("GetCookieValue", "other"), None)
    client.close()


def authorized(host):
    token = request(host.core2, "GET", "/generateJwtToken/ana").body
    for path in ("/authorizedhub", "/authorizedhub2"):
        expect("without a token", request(host.core2, "POST", f"{path}/negotiate?negotiateVersion=1").status, 401)
        expect("in the query", request(host.core2, "POST", f"{path}/negotiate?access_token={quote(token)}").status, 401)
        client = Core(host.core2, path, Authorization=f"Bearer {token}")
        expect("with one", client.call("Echo", "in"), "in")
        client.close()
    answer = request(host.core2, "POST", "/redirect/negotiate?negotiateVersion=1").json()
    expect("sent on to", answer["url"], host.core2 + "/authorizedHub")
    path, token = urllib.parse.urlsplit(answer["url"]).path, answer["accessToken"]
    client = Core(host.core2, path, Authorization=f"Bearer {token}")
    expect("with that token", client.call("Echo", "in"), "in")
    client.close()


def negotiate_versions(host):
    expect("12", request(host.core2, "POST", "/negotiateProtocolVersion12/negotiate?negotiateVersion=1").json(),
           {"error": "The client requested version '1', but the server does not support this version."})
    client = Core(host.core2, "/negotiateProtocolVersionNegative")
    expect("-1", client.call("HelloWorld"), "Hello World!")
    client.close()


def calls(host):
    client = Core(host.core2, "/default")
    for text in ("x", None, "x" * 500):
        expect("Echo", client.call("Echo", text), text)
    name = client.begin("CallEcho", "hello")
    expect("Echo of the server", client.wait_call("Echo"), ["hello"])
    client.complete(name)
    client.call("CallHandlerThatDoesntExist")
    expect("NoClientHandler", client.wait_call("NoClientHandler"), [])
    expect("GetHttpProtocol", client.call("GetHttpProtocol"), "HTTP/1.1")
    client.close()


def streams(host):
    client = Core(host.core2, "/default")
    begin = time.monotonic()
    expect("Stream", client.stream("Stream", 5)[0], [0, 1, 2, 3, 4])
    if time.monotonic() - begin < 0.08:
        raise Failed("the items came at once")
    name = client.begin("Stream", 1000, kind=4)
    expect("the first", client.item(name), 0)
    client.send({"type": 5, "invocationId": name})
    expect("cancelled", "error" in client.complete(name), False)
    expect("StreamException", client.stream("StreamException")[1]["error"],
           UNEXPECTED.format("StreamException") + "InvalidOperationException: Error occurred while streaming.")
    expect("StreamBroken", client.stream("StreamBroken")[1]["error"],
           "The value returned by the streaming method 'StreamBroken' is not a ChannelReader<> or IAsyncEnumerable<>.")
    client.close()


def echoed_streams(host):
    client = Core(host.core2, "/default")
    for target, items in (("StreamEcho", ["a", "b"]), ("StreamEchoInt", [1, 2]), ("StreamIAsyncConsumer", [3, 4])):
        name, stream = client.upload(target, kind=4)
        for item in items:
            client.send_item(stream, item)
            expect("item by item", client.item(name), item)
        client.end_upload(stream)
        expect("the end", "error" in client.complete(name), False)
    client.close()


def request_features(host):
    for transport in TRANSPORTS:
        client = Core(host.core2, "/default", transport, X_One="1", Super_Insecure_UserName="ana")
        expect("GetHeaderValues", client.call("GetHeaderValues", ["x-one", "X-Two"]), ["1", None])
        expect("GetUserIdentifier", client.call("GetUserIdentifier"), "ana")
        local, remote, *hosts = client.call("GetIHttpConnectionFeatureProperties")
        expect("addresses", (local, hosts), (urllib.parse.urlsplit(host.core2).port, ["127.0.0.1"] * 2))
        expect("another port", remote not in (local, 0), True)
        client.close()
    client = Core(host.core2, "/default")
    expect("nobody", client.call("GetUserIdentifier"), None)
    client.close()


def errors(host):
    client = Core(host.core2, "/default")
    for args, error in (
            (("!@#$%",), FAILED.format("!@#$%") + "HubException: Method does not exist."),
            (("Echo", 1, 2), FAILED.format("Echo") + "InvalidDataException: Invocation provides 2 argument(s) but "
                                                      "target expects 1."),
            (("StreamEcho", ["list"]), FAILED.format("StreamEcho") + "InvalidDataException: Invocation provides 1 "
                                                                      "argument(s) but target expects 0.")):
        expect(args[0], client.invoke(*args)["error"], error)
        expect("as a stream", client.stream(*args)[1]["error"], error)
    expect("a type", client.stream("Stream", "xyz")[1]["error"],
           FAILED.format("Stream") + "InvalidDataException: Error binding arguments. Make sure that the types of the "
                                     "provided values match the types of the hub method being invoked.")
    expect("not streaming", client.invoke("Stream", 1)["error"],
           "The client attempted to invoke the streaming 'Stream' method with a non-streaming invocation.")
    expect("streaming", client.stream("HelloWorld")[1]["error"],
           "The client attempted to invoke the non-streaming 'HelloWorld' method with a streaming invocation.")
    expect("any case", client.call("hELLOwORLD"), "Hello World!")
    client.close()


def abort(host):
    for transport in TRANSPORTS:
        client = Core(host.core2, "/default", transport)
        client.begin("Abort")
        record = client.wait(lambda one: one.get("type") == 7)
        expect("the end", (record.get("error"), record.get("allowReconnect", False)), (None, False))
        expect("nothing more", client.receive(), None)


def unserializable(host):
    for target in ("GetUnserializableObject", "CallWithUnserializableObject"):
        client = Core(host.core2, "/default")
        client.begin(target)
        error = client.wait(lambda one: one.get("type") == 7)["error"]
        for words in ("Connection closed with an error.", "A possible object cycle was detected."):
            if words not in error:
                raise Failed(f"no “{words}” in {error}")


def stateful(host):
    def connect(version=2, **headers):
        client = Core(host.core2, "/default", query="&useStatefulReconnect=true", version=version, **headers)
        expect("offered", client.negotiated.get("useStatefulReconnect"), True)
        return client
    client = connect(Super_Insecure_UserName="ana")
    client.send({"type": 9, "sequenceId": 1})
    expect("before", client.call("Echo", "one"), "one")
    client.begin("CallEcho", "while cut")
    client.close()
    # The same id, on another socket, of another user.
    client._line = Socket(host.core2, client.target, Super_Insecure_UserName="ben")
    expect("taken up again", client._line.status, 101)
    client.send({"type": 9, "sequenceId": 3})
    expect("what was missed", client.wait_call("Echo"), ["while cut"])
    expect("the id", client.call("GetCallerConnectionId"), client.id)
    client.begin("Abort")
    client.wait(lambda one: one.get("type") == 7)
    client.close()
    expect("no more", Socket(host.core2, client.target).status, 404)
    client = connect(version=1)
    client.call("Echo", "one")
    client.close()
    expect("version 1 has none", Socket(host.core2, client.target).status in (404, 409), True)
    for path in ("/dynamic", "/hubT"):
        answer = request(host.core2, "POST", f"{path}/negotiate?negotiateVersion=1&useStatefulReconnect=true").json()
        expect(path, "useStatefulReconnect" in answer, False)


def versions(host):
    for version in (0, 1, 2, 1000):
        client = Core(host.versions, "/version", version=version)
        expect("an echo", client.call("Echo", "x"), "x")
        client.close()
    client = Core(host.versions, "/version", shake=False)
    client.send({"protocol": "json", "version": 2147483647})
    expect("too new", client.receive(),
           {"error": "The server does not support version 2147483647 of the 'json' protocol."})
    expect("closed", client.receive(), None)
    client = Core(host.versions, "/version", version=1000)
    client.send_text(json.dumps({"type": 2147483647, "more": [1, 2]}, indent=2) + RS)
    expect("the answer", client.wait_call("NewProtocolMethodClient"), [])
    client.close()


CHECKS = {
    "routes": routes,
    "the cookie of the negotiation": from_negotiate,
    "authorizedhub, tokens and redirect": authorized,
    "versions of the negotiation": negotiate_versions,
    "calls": calls,
    "streams": streams,
    "streams that come back": echoed_streams,
    "header, users and addresses": request_features,
    "errors": errors,
    "Abort": abort,
    "what cannot be written": unserializable,
    "stateful reconnect": stateful,
    "versions of the protocol": versions,
}
