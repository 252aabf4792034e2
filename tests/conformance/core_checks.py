# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Part 2: what the functional tests of the JavaScript client of ASP.NET Core ask."""

import concurrent.futures
import email.utils
import time

from wire import Core, Failed, Socket, expect, quote, request

TRANSPORTS = ("WebSockets", "ServerSentEvents", "LongPolling")
UNEXPECTED = "An unexpected error occurred invoking '{}' on the server. "


def origins(host):
    for method, target in (("POST", "/testhub/negotiate"), ("POST", "/authorizedhub/negotiate"), ("GET", "/nothing"),
                           ("GET", "/echoredirect"), ("GET", "/bad-negotiate/negotiate"), ("GET", "/testhub?id=none")):
        answer = request(host.core, method, target, Origin="http://elsewhere", Access_Control_Request_Method="PATCH",
                         Access_Control_Request_Headers="x-one")
        expect(target, [answer.header(f"Access-Control-Allow-{name}")
                        for name in ("Origin", "Credentials", "Methods", "Headers")],
               ["http://elsewhere", "true", "PATCH", "x-one"])


def preflights(host):
    for target in ("/testhub", "/authorizedhub/negotiate", "/nothing", "/echoredirect"):
        answer = request(host.core, "OPTIONS", target, Origin="http://elsewhere", Access_Control_Request_Method="POST")
        expect(target, (answer.status, answer.body), (204, ""))


def test_cookies(host):
    for target in ("/testhub/negotiate", "/authorizedhub/negotiate", "/bad-negotiate/negotiate"):
        cookies = request(host.core, "POST", target).all("Set-Cookie")
        expect(target, cookies[:2], ["testCookie=testValue; path=/", "testCookie2=testValue2; path=/"])
        expired = cookies[2].removeprefix("expiredCookie=doesntmatter; expires=").removesuffix("; path=/")
        age = time.time() - email.utils.parsedate_to_datetime(expired).timestamp()
        expect("an hour ago", 3500 < age < 3700, True)
    for cookie in request(host.core, "POST", "/testhub/negotiate", X_Forwarded_Proto="https").all("Set-Cookie"):
        expect(cookie, cookie.endswith("; path=/; secure; samesite=none; partitioned"), True)
    expect("elsewhere", request(host.core, "GET", "/testhub").all("Set-Cookie"), [])


def paths(host):
    for path in ("/testhub", "/testHub", "/TESTHUB"):
        client = Core(host.core, path)
        expect(path, client.call("echo", "x"), "x")
        client.close()


def all_transports(host):
    for transport in TRANSPORTS:
        client = Core(host.core, "/testhub", transport)
        expect("the transport", client.call("GetActiveTransportName"), transport)
        client.close()


def no_web_sockets(host):
    answer = request(host.core, "POST", "/testhub-nowebsockets/negotiate?negotiateVersion=1").json()
    expect("what is offered", answer["availableTransports"],
           [{"transport": "ServerSentEvents", "transferFormats": ["Text"]},
            {"transport": "LongPolling", "transferFormats": ["Text", "Binary"]}])
    for transport in TRANSPORTS[1:]:
        client = Core(host.core, "/testhub-nowebsockets", transport)
        expect("an echo", client.call("Echo", transport), transport)
        client.close()


def authorized(host):
    for method, target in (("POST", "/authorizedhub/negotiate?negotiateVersion=1"), ("GET", "/authorizedhub?id=x"),
                           ("POST", "/authorizedhub?id=x"), ("DELETE", "/authorizedhub?id=x")):
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            answer = request(host.core, method, target, Origin="http://elsewhere", **headers)
            expect(target, (answer.status, answer.body, answer.header("Access-Control-Allow-Origin")),
                   (401, "", "http://elsewhere"))
    token = request(host.core, "GET", "/generateJwtToken")
    expect("a token", (token.status, token.header("Content-Type")), (200, "text/plain"))
    if token.body == request(host.core, "GET", "/generateJwtToken").body:
        raise Failed("two tokens are the same")
    for transport in TRANSPORTS:
        client = Core(host.core, "/authorizedhub", transport, Authorization=f"Bearer {token.body}")
        expect("an echo", client.call("Echo", "in"), "in")
        client.close()
        client = Core(host.core, "/authorizedhub", transport, query=f"&access_token={quote(token.body)}")
        expect("an echo", client.call("Echo", "in"), "in")
        client.close()


def uncreatable(host):
    for transport in TRANSPORTS:
        client = Core(host.core, "/uncreatable", transport)
        record = client.receive()
        expect("the end", (record["type"], record["error"]),
               (7, "Connection closed with an error. InvalidOperationException: Unable to resolve service for type "
                   "'System.Object' while attempting to activate 'FunctionalTests.UncreatableHub'."))
        expect("nothing more", client.receive(), None)


def raw_echo(host):
    socket = Socket(host.core, "/echo")
    expect("without negotiate", socket.status, 101)
    for message in ("text", b"\0binary\xff"):
        socket.send(message)
        expect("the echo", socket.receive(), (1, message.encode()) if isinstance(message, str) else (2, message))
    socket.send_frame(8, b"\x03\xe8")
    expect("closed", socket.receive(), (8, b"\x03\xe8"))
    for transport in TRANSPORTS:
        client = Core(host.core, "/echo", transport, shake=False)
        client.send_text("some bytes")
        expect("the echo", client._more(), "some bytes")
        client.close()


def echo_redirect(host):
    for method in ("POST", "GET", "DELETE"):
        answer = request(host.core, method, "/echoredirect/negotiate?negotiateVersion=1")
        expect(method, (answer.status, answer.header("Location"), answer.body),
               (307, "/echo/negotiate?negotiateVersion=1", ""))
    expect("its address", request(host.core, "GET", "/echoredirect?id=1").header("Location"), "/echo?id=1")
    socket = Socket(host.core, "/echoredirect?id=1")
    expect("a WebSocket", (socket.status, socket.headers["location"]), (307, "/echo?id=1"))


def redirect(host):
    target = f"/redirect/negotiate?numRedirects=0&baseUrl={quote('http://x/y')}&negotiateVersion=1"
    urls = [request(host.core, "POST", target).json()["url"] for _ in range(2)]
    numbers = [int(url.removeprefix("http://x/y/testHub?numRedirects=")) for url in urls]
    expect("one more", numbers[1] - numbers[0] >= 1, True)
    client = Core(host.core, "/testHub", query="&numRedirects=7")
    expect("kept", client.call("GetNumRedirects"), 7)
    client.close()


def bad_negotiate(host):
    answer = request(host.core, "POST", "/bad-negotiate/negotiate")
    expect("the answer", (answer.status, answer.body), (400, "Some response from server"))


def client_result(host):
    client = Core(host.core, "/testhub")

    def ask(answer):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asking = pool.submit(request, host.core, "GET", f"/clientresult/{client.id}")
            question = client.wait(lambda record: record.get("type") == 1 and record["target"] == "Result")
            expect("its arguments", question["arguments"], [])
            client.send({"type": 3, "invocationId": question["invocationId"]} | answer)
            response = asking.result()
            expect("the status", (response.status, response.header("Content-Type")), (200, "text/plain"))
            return response.body
    expect("a number", ask({"result": 10}), "10")
    expect("an error", ask({"error": "Error: from callback"}), "Error: from callback")
    expect("none", ask({"error": "Client didn't provide a result."}), "Client didn't provide a result.")
    client.close()
    expect("nobody", request(host.core, "GET", "/clientresult/none").body, "Connection 'none' does not exist.")


def calls(host):
    for transport in TRANSPORTS:
        client = Core(host.core, "/testhub", transport)
        expect("Echo", client.invoke("Echo", "é"), {"type": 3, "invocationId": "1", "result": "é"})
        expect("GetCallerConnectionId", client.call("getcallerconnectionid"), client.id)
        expect("ThrowException", client.invoke("ThrowException", "x")["error"],
               UNEXPECTED.format("ThrowException") + "InvalidOperationException: An error occurred.")
        name = client.begin("InvokeWithString", "hello")
        records = [client.receive(), client.receive()]
        expect("the message comes first", [record["type"] for record in records], [1, 3])
        expect("Message", (records[0]["target"], records[0]["arguments"]), ("Message", ["hello"]))
        expect("the completion", records[1], {"type": 3, "invocationId": name, "result": None})
        client.call("SendCustomObject", {"Name": "a", "Value": 1})
        expect("CustomObject", client.wait_call("CustomObject"), [{"Name": "a", "Value": 1}])
        client.close()


def streams(host):
    for transport in TRANSPORTS:
        client = Core(host.core, "/testhub", transport)
        items, end = client.stream("Stream")
        expect("Stream", (items, "error" in end), (["a", "b", "c"], False))
        items, end = client.stream("EmptyStream")
        expect("EmptyStream", (items, "error" in end), ([], False))
        name = client.begin("InfiniteStream", kind=4)
        client.send({"type": 5, "invocationId": name})
        expect("StreamCanceled", client.wait_call("StreamCanceled"), [])
        expect("its end", "error" in client.complete(name), False)
        items, end = client.stream("StreamThrowException", "x")
        expect("StreamThrowException", (items, end["error"]),
               ([], UNEXPECTED.format("StreamThrowException") + "InvalidOperationException: An error occurred."))
        client.close()


def uploads(host):
    client = Core(host.core, "/testhub")
    name, stream = client.upload("StreamingConcat")
    for item in ("Hello", " ", "world", "!"):
        client.send_item(stream, item)
    client.end_upload(stream)
    expect("StreamingConcat", client.complete(name)["result"], "Hello world!")
    name, stream = client.upload("StreamingConcat")
    client.end_upload(stream, "Something bad")
    expect("an error", client.complete(name)["error"],
           UNEXPECTED.format("StreamingConcat") + "HubException: Something bad")
    client.close()


def complex_objects(host):
    thing = {"String": "hello world", "IntArray": [1, 2, 3], "ByteArray": "AQID",
             "Guid": "00010203-0405-0607-0706-050403020100", "DateTime": "2000-01-01T00:00:00Z"}
    client = Core(host.core, "/testhub")
    expect("EchoComplexObject", client.call("EchoComplexObject", thing), thing)
    expect("SendComplexObject", client.call("SendComplexObject"), thing)
    client.close()


def headers_and_cookies(host):
    for transport in TRANSPORTS:
        client = Core(host.core, "/testhub", transport, X_Asked="yes", Cookie="testCookie=testValue; other=b")
        expect("GetHeader", [client.call("GetHeader", name) for name in ("x-asked", "X-ASKED", "none")],
               ["yes", "yes", None])
        expect("GetContentTypeHeader", client.call("GetContentTypeHeader"), None)
        expect("GetCookie", [client.call("GetCookie", name) for name in ("testCookie", "other", "none")],
               ["testValue", "b", None])
        client.close()


def mismatches(host):
    client = Core(host.core, "/testhub")
    expect("not streaming", client.invoke("EmptyStream")["error"],
           "The client attempted to invoke the streaming 'EmptyStream' method with a non-streaming invocation.")
    expect("streaming", client.stream("Echo", "x")[1]["error"],
           "The client attempted to invoke the non-streaming 'Echo' method with a streaming invocation.")
    expect("still open", client.call("Echo", "x"), "x")
    client.close()


def large_message(host):
    client = Core(host.core, "/testhub")
    expect("30,000 bytes", len(client.call("Echo", "x" * 30000)), 30000)
    client.begin("Echo", "x" * 40000)
    expect("40,000 bytes", client.receive()["type"], 7)


CHECKS = {
    "origins, on every answer": origins,
    "preflights at any path": preflights,
    "test cookies on every negotiation": test_cookies,
    "paths and methods in any case": paths,
    "testhub over three transports": all_transports,
    "testhub-nowebsockets": no_web_sockets,
    "authorizedhub and generateJwtToken": authorized,
    "uncreatable": uncreatable,
    "echo": raw_echo,
    "echoredirect": echo_redirect,
    "redirect and GetNumRedirects": redirect,
    "bad-negotiate": bad_negotiate,
    "clientresult": client_result,
    "calls": calls,
    "streams": streams,
    "streams of the client": uploads,
    "complex objects": complex_objects,
    "headers and cookies": headers_and_cookies,
    "methods that stream, and that do not": mismatches,
    "messages up to 32 KiB": large_message,
}
