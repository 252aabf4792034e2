# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Part 1: what the functional tests of classic SignalR ask."""

import json
import pathlib
import time

from wire import Classic, Failed, Socket, expect, quote, request

PROXIES = ("demo", "StatusHub", "echoHub", "groupChat", "groupJoiningHub", "onConnectedBufferHub",
           "connectionDataVerifierHub", "redirectTestHub")


def mounts_of_hubs(host):
    for path, detailed in (("/signalr", True), ("/signalr2/test", False), ("/jsonp/signalr", True)):
        client = Classic(host.classic, path, ["demo"])
        error = client.invoke("demo", "SynchronousException")["E"]
        expect(f"detailed errors at {path}", "System.Exception" in error, detailed)
        client.stop()


def default_timeouts(host):
    answer = request(host.classic, "GET", "/signalr/negotiate?clientProtocol=2.1").json()
    for name, wanted in (("KeepAliveTimeout", 20), ("DisconnectTimeout", 30), ("ConnectionTimeout", 110),
                         ("TransportConnectTimeout", 5), ("TryWebSockets", True)):
        expect(name, answer[name], wanted)


def jsonp(host):
    for path, status in (("/signalr", 403), ("/jsonp/signalr", 200), ("/echo", 403), ("/jsonp/echo", 200)):
        answer = request(host.classic, "GET", f"{path}/negotiate?clientProtocol=2.1&callback=f")
        expect(f"a callback at {path}", answer.status, status)
        if status == 200:
            expect("the script", (answer.body.startswith("f("), answer.body.endswith(");")), (True, True))


def static_files(host):
    (pathlib.Path(host.web_root) / "page.html").write_text("<title>A page</title>", encoding="utf-8")
    answer = request(host.classic, "GET", "/page.html")
    expect("the page", (answer.status, answer.body, answer.header("Content-Type")),
           (200, "<title>A page</title>", "text/html"))
    expect("nothing", request(host.classic, "GET", "/none.html").status, 404)
    expect("what is not below the root", request(host.classic, "GET", "/../../etc/passwd").status, 404)
    expect("the same, hidden", request(host.classic, "GET", "/%2e%2e/%2e%2e/etc/passwd").status, 404)
    expect("status", request(host.classic, "GET", "/status").status, 200)


def origins(host):
    for target in ("/signalr/negotiate", "/status", "/redirect/negotiate", "/echo/negotiate", "/nothing"):
        answer = request(host.classic, "GET", target, Origin="http://elsewhere")
        expect(f"who may ask for {target}", answer.header("Access-Control-Allow-Origin"), "http://elsewhere")
        expect("with credentials", answer.header("Access-Control-Allow-Credentials"), "true")
        answer = request(host.classic, "OPTIONS", target, Origin="http://elsewhere",
                         Access_Control_Request_Method="PATCH", Access_Control_Request_Headers="x-one,x-two")
        expect("a preflight", (answer.status, answer.header("Access-Control-Allow-Methods"),
                               answer.header("Access-Control-Allow-Headers")), (204, "PATCH", "x-one,x-two"))


def fake_negotiations(host):
    for suffix in ("", "/negotiate", "/any/more"):
        answer = request(host.classic, "GET", f"/aspnetcore-signalr{suffix}")
        expect("Core's", (answer.status, answer.header("Content-Type"), answer.json()),
               (200, "application/json", {"connectionId": "fakeConnectionId", "availableTransports": []}))
        expect("an error", request(host.classic, "GET", f"/negotiate-error{suffix}").json(),
               {"ProtocolVersion": "2.0", "Error": "Server-provided negotiate error message!"})


def redirects(host):
    for path, version, target in (
            ("/redirect", "2.0", "/redirect2"), ("/redirect2", "2.0", "/redirect3/"),
            ("/redirect3/", "2.0", "/redirect4"), ("/redirect4", "2.0", "/signalr/"),
            ("/redirect-query-string", "2.0", "/redirect-query-string2?name1=value1&name2=value2"),
            ("/redirect-query-string2", "2.0", "/signalr?name1=newValue&name3=value3"),
            ("/redirect-query-string-clear", "2.0", "/redirect-query-string-clear2?clearedName=clearedValue"),
            ("/redirect-query-string-invalid", "2.0", "/signalr?redirect=invalid&/?=/&"),
            ("/redirect-loop", "2.0", "/redirect-loop2"), ("/redirect-loop2", "2.0", "/redirect-loop"),
            ("/redirect-old-proto", "1.5", "/signalr"), ("/redirect-new-proto", "2.1", "/signalr"),
            ("/redirect-future-proto", "2.2", "/signalr")):
        answer = request(host.classic, "GET", path.rstrip("/") + "/negotiate?clientProtocol=2.1")
        expect(path, (answer.status, answer.header("Content-Type"), answer.json()),
               (200, "application/json",
                {"ProtocolVersion": version, "RedirectUrl": host.classic + target, "AccessToken": "TestToken"}))


def redirects_by_query(host):
    answer = request(host.classic, "GET", "/redirect-query-string2/negotiate?name1=value1&name2=value2").json()
    expect("the names", answer["RedirectUrl"], host.classic + "/signalr?name1=newValue&name3=value3&origName1=value1")
    expect("cleared", request(host.classic, "GET", "/redirect-query-string-clear2/negotiate").status, 500)
    answer = request(host.classic, "GET", "/redirect-query-string-clear2/negotiate?clearedName=clearedValue").json()
    expect("cleared", answer["RedirectUrl"], host.classic + "/signalr")


def own_address(host):
    answer = request(host.classic, "GET", "/redirect/negotiate", Host="example.test:81").json()
    expect("the address", answer["RedirectUrl"], "http://example.test:81/redirect2")


def multisend(host):
    client = Classic(host.classic, "/multisend")
    expect("at the start", [client.wait_raw() for _ in range(2)], ["OnConnectedAsync1", "OnConnectedAsync2"])
    client.socket.send("anything")
    expect("received", [client.wait_raw() for _ in range(2)], ["OnReceivedAsync1", "OnReceivedAsync2"])
    client.stop()


def raw_echo(host):
    for path in ("/echo", "/jsonp/echo"):
        client = Classic(host.classic, path)
        client.socket.send("some “data”")
        expect("a text", client.wait_raw(), "some “data”")
        target = client.target("send", "longPolling")
        request(host.classic, "POST", target, "data=", Content_Type="application/x-www-form-urlencoded")
        expect("an empty one", client.wait_raw(), "")
        request(host.classic, "POST", target, "")
        expect("a missing one", client.wait_raw(), None)
        client.stop()


def redirection_connection(host):
    for when in ("negotiate", "ping", "start", "abort", "send"):
        answer = request(host.classic, "GET", f"/redirectionConnection/{when}?redirectWhen={when}")
        expect(when, (answer.status, answer.header("Location")), (302, host.classic))
    socket = Socket(host.classic, "/redirectionConnection/connect?redirectWhen=connect&transport=webSockets")
    expect("a WebSocket", (socket.status, socket.headers["location"]), (302, host.classic))
    Classic(host.classic, "/redirectionConnection", query="&redirectWhen=nothing").stop()


def status_code_connection(host):
    for status in (400, 404, 409, 500):
        answer = request(host.classic, "GET",
                         f"/statusCodeConnection/negotiate?alterWhen=negotiate&statusCode={status}")
        expect("the answer", (answer.status, answer.body), (status, "Hello world"))
    Classic(host.classic, "/statusCodeConnection", query="&alterWhen=nothing&statusCode=400").stop()


def demo(host):
    client = Classic(host.classic, "/signalr", ["demo"])
    late = client.begin("demo", "GetValue")
    begin = time.monotonic()
    expect("no overload", client.call("demo", "Overload"), None)
    expect("an overload", client.call("demo", "Overload", 6), 6)
    expect("an exception", "E" in client.invoke("demo", "SynchronousException"), True)
    answer = client.invoke("demo", "HubException")
    expect("an error", (answer["H"], answer["E"], answer["D"]), (True, "message", "errorData"))
    answer = client.invoke("demo", "HubExceptionWithoutErrorData")
    expect("an error without data", (answer["H"], answer["E"], "D" in answer), (True, "message", False))
    client.call("demo", "DoSomethingAndCallError")
    expect("the call", client.wait_call("demo", "errorInCallback"), [])
    client.call("demo", "TestGuid")
    expect("the id", client.wait_call("demo", "TestGuid"), ["00000000-0000-0000-0000-000000000000"])
    expect("a value", client.answer(late).get("R"), 10)
    if time.monotonic() - begin < 4.9:
        raise Failed("GetValue answered at once")
    client.stop()


def status_hub(host):
    first = Classic(host.classic, "/signalr", ["StatusHub"])
    expect("itself", first.wait_call("StatusHub", "joined")[0], first.id)
    second = Classic(host.classic, "/signalr", ["StatusHub"])
    expect("another", first.wait_call("StatusHub", "joined")[0], second.id)
    first.call("StatusHub", "Ping")
    expect("pong", first.wait_call("StatusHub", "pong"), [])
    second.socket.close()
    second.socket = Socket(host.classic, second.target("reconnect"))
    expect("rejoined", first.wait_call("StatusHub", "rejoined")[0], second.id)
    second.stop()
    expect("left", first.wait_call("StatusHub", "leave")[0], second.id)
    first.stop()


def echo_hub(host):
    client = Classic(host.classic, "/signalr", ["echoHub"])
    expect("returned", client.call("echoHub", "EchoReturn", "¿qué?"), "¿qué?")
    client.call("echoHub", "EchoCallback", "once")
    expect("called", client.wait_call("echoHub", "echo"), ["once"])
    begin = time.monotonic()
    name = client.begin("echoHub", "EchoAndDelayCallback", "twice")
    expect("called", client.wait_call("echoHub", "echo"), ["twice"])
    client.answer(name)
    if time.monotonic() - begin < 1.9:
        raise Failed("EchoAndDelayCallback answered at once")
    expect("to a user", "E" in client.invoke("echoHub", "SendToUser", "nobody", "hello"), False)
    client.stop()


def group_chat(host):
    one, two = (Classic(host.classic, "/signalr", ["groupChat"]) for _ in range(2))
    one.call("groupChat", "Join", "room")
    two.call("groupChat", "Send", "room", "first")
    expect("in the group", one.wait_call("groupChat", "send"), ["first"])
    one.call("groupChat", "Leave", "room")
    two.call("groupChat", "Send", "room", "second")
    two.call("groupChat", "Join", "room")
    two.call("groupChat", "Send", "room", "third")
    expect("those who left hear nothing", two.wait_call("groupChat", "send"), ["third"])
    one.call("groupChat", "Join", "other")
    two.call("groupChat", "Send", "other", "last")
    expect("nothing between", one.wait_call("groupChat", "send"), ["last"])
    one.stop()
    two.stop()


def group_joining(host):
    client = Classic(host.classic, "/signalr", ["groupJoiningHub"])
    expect("at the start", client.wait_call("groupJoiningHub", "ping"), [])
    client.call("groupJoiningHub", "PingGroup")
    expect("again", client.wait_call("groupJoiningHub", "ping"), [])
    client.stop()


def on_connected_buffer(host):
    client = Classic(host.classic, "/signalr", ["onConnectedBufferHub"], start=False)
    begin = time.monotonic()
    expect("start", client.get("start").status, 200)
    if time.monotonic() - begin < 4.9:
        raise Failed("the start did not wait")
    expect("what was sent before", [client.wait_call("onConnectedBufferHub", "bufferMe") for _ in range(2)], [[0], [1]])
    client.call("onConnectedBufferHub", "Ping")
    expect("pong", client.wait_call("onConnectedBufferHub", "pong"), [])
    client.stop()


def connection_data_verifier(host):
    client = Classic(host.classic, "/signalr", ["connectionDataVerifierHub"])
    client.call("connectionDataVerifierHub", "Ping")
    expect("pong", client.wait_call("connectionDataVerifierHub", "pong"), [])
    # A call by a request that does not name the hub is told.
    call = quote(json.dumps({"H": "connectionDataVerifierHub", "M": "Ping", "A": [], "I": 1}))
    target = client.target("send", "serverSentEvents").replace("connectionData=", "forgotten=")
    request(host.classic, "POST", target, f"data={call}")
    client.wait_call("connectionDataVerifierHub", "fail")
    client.stop()


def redirect_test_hub(host):
    client = Classic(host.classic, "/signalr", ["redirectTestHub"], query="&name1=one&name1=two",
                     Authorization="Bearer secret")
    expect("echo", client.call("redirectTestHub", "EchoReturn", "x"), "x")
    expect("the first value", client.call("redirectTestHub", "GetQueryStringValue", "name1"), "one")
    expect("none", client.call("redirectTestHub", "GetQueryStringValue", "name2"), None)
    expect("the header's token", client.call("redirectTestHub", "GetAccessToken"), "secret")
    client.stop()
    client = Classic(host.classic, "/signalr", ["redirectTestHub"], query="&access_token=open")
    expect("the query's token", client.call("redirectTestHub", "GetAccessToken"), "open")
    client.stop()


def unknown_hub(host):
    data = quote('[{"name":"SomeHubThatDoesntExist"}]')
    expect("negotiate", request(host.classic, "GET", f"/signalr/negotiate?connectionData={data}").status, 500)


def proxies(host):
    for target in ("/signalr/hubs", "/signalr/js", "/signalr2/test/hubs"):
        answer = request(host.classic, "GET", target)
        expect(target, answer.status, 200)
        for words in (*(f'proxies["{name}"]' for name in PROXIES), "createHubProxies", 'server["getValue"]',
                      'server["echoReturn"]'):
            if words not in answer.body:
                raise Failed(f"no {words} in {target}")


CHECKS = {
    "hubs at three addresses, with detailed errors or not": mounts_of_hubs,
    "the default timeouts": default_timeouts,
    "JSONP where it is on": jsonp,
    "static files and status": static_files,
    "origins and preflights": origins,
    "negotiations that are none": fake_negotiations,
    "redirects": redirects,
    "redirects by the query": redirects_by_query,
    "redirects to the address that was asked": own_address,
    "multisend": multisend,
    "echo": raw_echo,
    "redirectionConnection": redirection_connection,
    "statusCodeConnection": status_code_connection,
    "demo": demo,
    "StatusHub": status_hub,
    "echoHub": echo_hub,
    "groupChat": group_chat,
    "groupJoiningHub": group_joining,
    "onConnectedBufferHub": on_connected_buffer,
    "connectionDataVerifierHub": connection_data_verifier,
    "redirectTestHub": redirect_test_hub,
    "a hub that does not exist": unknown_hub,
    "the generated proxies": proxies,
}
