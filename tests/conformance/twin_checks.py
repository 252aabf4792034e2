# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Part 4: what the official servers with our test hubs do."""

import contextlib
import socket
import time

from wire import Classic, Core, Failed, Socket, expect, request

UNEXPECTED = "An unexpected error occurred invoking '{}' on the server."


def classic_calls(host):
    client = Classic(host.twin, "/signalr", ["testhub"])

    def call(method, *args):
        return client.call("testhub", method, *args)
    expect("Echo", call("Echo", "x"), "x")
    expect("Add", call("Add", 1, 2), 3)
    expect("EchoAny", call("EchoAny", {"a": [1]}), {"a": [1]})
    expect("EchoPerson", call("EchoPerson", {"Name": "Ana", "Age": 7, "More": 1}), {"Name": "Ana", "Age": 7})
    expect("Nothing", call("Nothing"), None)
    expect("Slow", call("Slow", 10), "slept 10")
    expect("Big", len(call("Big", 100000)), 100000)
    expect("ConnectionId", call("ConnectionId"), client.id)
    expect("Throw", client.invoke("testhub", "Throw")["E"],
           "There was an error invoking Hub method 'testhub.Throw'.")
    answer = client.invoke("testhub", "ThrowHub")
    expect("ThrowHub", (answer["H"], answer["E"]), (True, "For everybody"))
    expect("ThrowHubData", client.invoke("testhub", "ThrowHubData")["D"], {"code": 42, "text": "more"})
    call("Burst", 3)
    expect("Burst", [client.wait_call("testhub", "message") for _ in range(3)], [[0], [1], [2]])
    call("ToCaller", "me")
    expect("ToCaller", client.wait_call("testhub", "message"), ["me"])
    client.stop()


def classic_progress_and_state(host):
    client = Classic(host.twin, "/signalr", ["testhub"])
    client.socket.send('{"H":"testhub","M":"Progress","A":[4,1],"I":"p"}')
    client.wait(lambda: "p" in client.results)
    expect("done", client.results["p"]["R"], "done")
    client.socket.send('{"H":"testhub","M":"ReadState","A":[],"I":"r","S":{"name":"Ana"}}')
    client.wait(lambda: "r" in client.results)
    expect("read", client.results["r"]["R"], "Ana")
    client.socket.send('{"H":"testhub","M":"SetState","A":["Ben"],"I":"s","S":{"count":4}}')
    client.wait(lambda: "s" in client.results)
    expect("set", client.results["s"]["S"], {"name": "Ben", "count": 5})
    client.stop()


def classic_groups(host):
    """Which others would hear."""
    other = host.another()
    one, two = (Classic(other.twin, "/signalr", ["testhub", "chathub"]) for _ in range(2))
    one.call("testhub", "JoinGroup", "g")
    two.call("testhub", "ToGroup", "g", "in")
    expect("ToGroup", one.wait_call("testhub", "message"), ["in"])
    one.call("testhub", "LeaveGroup", "g")
    two.call("testhub", "ToGroup", "g", "out")
    two.call("testhub", "ToOthers", "others")
    expect("ToOthers", one.wait_call("testhub", "message"), ["others"])
    one.call("chathub", "Join", "room")
    two.call("chathub", "SendTo", "room", "Ben", "hello")
    expect("SendTo", one.wait_call("chathub", "broadcastMessage"), ["Ben", "hello"])
    one.call("chathub", "Leave", "room")
    two.call("chathub", "Send", "Ben", "all")
    expect("Send", one.wait_call("chathub", "broadcastMessage"), ["Ben", "all"])
    one.stop()
    two.stop()


def classic_steering(host):
    """Which others would feel."""
    other = host.another()
    client = Classic(other.twin, "/signalr", ["chathub"])

    def steer(what):
        expect(what, request(other.twin, "GET", f"/control/{what}").json(), "ok")
    expect("connections", request(other.twin, "GET", "/control/connections").json(),
           [{"ConnectionId": client.id, "IsAlive": True, "IsTimedOut": False,
             "SupportsKeepAlive": True, "type": "WebSocketTransport"}])
    request(other.twin, "GET", "/control/push?name=me&message=hi%20all")
    expect("push", client.wait_call("chathub", "broadcastMessage"), ["me", "hi all"])
    for what in ("end", "timeout"):
        steer(f"{what}?id={client.id}")
        while client.socket.receive()[0] not in (8, None):
            pass
        client.socket.close()
        client.socket = Socket(other.twin, client.target("reconnect"))
        expect("still the same", client.call("chathub", "Join", "x"), None)
    steer(f"disconnect?id={client.id}")
    opcode, text = client.socket.receive()
    while b'"D":1' not in text:
        if opcode in (8, None):
            raise Failed("closed without a word")
        opcode, text = client.socket.receive()
    expect("unknown", request(other.twin, "GET", "/control/unknown").status, 404)
    for name in ("rss", "heap", "connections", "cpu"):
        expect(name, request(other.twin, "GET", "/control/stats").json()[name] >= 0, True)


def classic_raw(host):
    other = host.another()
    client = Classic(other.twin, "/echo")
    client.socket.send("hello")
    expect("the echo", client.wait_raw(), "hello")
    request(other.twin, "GET", "/control/raw?message=all")
    expect("raw", client.wait_raw(), "all")
    client.stop()


def core_calls(host):
    client = Core(host.twin, "/test")
    for args, result in ((("Echo", {"a": 1}), {"a": 1}), (("Add", 1, 2), 3), (("Delay", 10), 10),
                         (("WhoAmI",), client.id)):
        expect(args[0], client.call(*args), result)
    expect("Throw", client.invoke("Throw")["error"], UNEXPECTED.format("Throw"))
    expect("ThrowHubException", client.invoke("ThrowHubException")["error"],
           UNEXPECTED.format("ThrowHubException") + " HubException: public detail")
    expect("Counter", client.stream("Counter", 3, 1)[0], [0, 1, 2])
    name, stream = client.upload("Upload")
    for number in (1, 2, 3):
        client.send_item(stream, number)
    client.end_upload(stream)
    expect("Upload", client.complete(name)["result"], 6)
    client.call("Broadcast", "all")
    expect("Broadcast", client.wait_call("Broadcast"), ["all"])
    client.call("Join", "g")
    client.call("SendToGroup", "g", "in")
    expect("SendToGroup", client.wait_call("Group"), ["g", "in"])
    client.call("Leave", "g")
    name = client.begin("AskClient", "what")
    question = client.wait(lambda record: record.get("type") == 1 and record["target"] == "Ask")
    expect("AskClient", question["arguments"], ["what"])
    client.send({"type": 3, "invocationId": question["invocationId"], "result": "that"})
    expect("its answer", client.complete(name)["result"], "that")
    expect("live", request(host.twin, "GET", "/live").json()["live"] >= 1, True)
    expect("gc", request(host.twin, "GET", "/gc").status, 200)
    client.begin("Abort")
    expect("Abort", client.wait(lambda record: record.get("type") == 7).get("error"), None)


def core_chat(host):
    client = Core(host.twin, "/chat")
    for method in ("SendMessage", "Send"):
        client.call(method, "Ana", method)
        expect(method, client.wait_call("ReceiveMessage"), ["Ana", method])
    client.close()


def core_secure(host):
    expect("nobody", request(host.twin, "POST", "/secure/negotiate?negotiateVersion=1").status, 401)
    expect("somebody else", request(host.twin, "POST", "/secure/negotiate", Authorization="Bearer bad").status, 401)
    for token in ("good", "expires:60"):
        client = Core(host.twin, "/secure", Authorization=f"Bearer {token}")
        expect("User", client.call("User"), "alice")
        client.close()


def options(host):
    """Those of this part, on a host of their own."""
    other = host.another("--keepalive", "2", "--disconnect", "7.5", "--timeout", "20", "--detailed",
                         "--keep-alive-ms", "300", "--client-timeout-ms", "1500", "--stateful", "true",
                         "--max-receive", "1000")
    answer = request(other.twin, "GET", "/signalr/negotiate?clientProtocol=2.1").json()
    expect("classic", (answer["KeepAliveTimeout"], answer["DisconnectTimeout"], answer["ConnectionTimeout"]),
           (4, 7.5, 20))
    client = Classic(other.twin, "/signalr", ["testhub"])
    expect("detailed", client.invoke("testhub", "Throw")["E"], "This is a secret")
    answer = request(other.twin, "POST", "/test/negotiate?negotiateVersion=1&useStatefulReconnect=true").json()
    expect("stateful", answer["useStatefulReconnect"], True)
    line = Core(other.twin, "/test")
    begin = time.monotonic()
    while b'"type":6' not in line._line.receive()[1]:
        pass
    expect("a ping soon", time.monotonic() - begin < 5, True)
    line.begin("Echo", "x" * 2000)
    expect("too large", line.receive()["type"], 7)
    off = host.another("--keepalive", "off")
    answer = request(off.twin, "GET", "/signalr/negotiate?clientProtocol=2.1").json()
    expect("off", answer["KeepAliveTimeout"], None)


def ports(host):
    """Each part where it is wanted."""
    with contextlib.ExitStack() as stack:
        free = [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(5)]
    names = ("port", "core-port", "core2-port", "versions-port", "twin-port")
    other = host.another(*(part for name, port in zip(names, free) for part in (f"--{name}", str(port))))
    expect("the ports", [other.classic, other.core, other.core2, other.versions, other.twin],
           [f"http://127.0.0.1:{port}" for port in free])
    expect("the echo", other.websocket_echo.startswith("ws://127.0.0.1:") and other.websocket_echo.endswith("/"), True)


def lifetime_lines(host):
    other = host.another()
    client = Classic(other.twin, "/signalr", ["testhub"])
    client.stop()
    for event, more in (("OnConnected", {"hub": "TestHub", "id": client.id, "transport": "webSockets",
                                         "path": "/signalr/start"}),
                        ("OnDisconnected", {"hub": "TestHub", "id": client.id, "stopCalled": True})):
        line = other.program.wait_for(event, lambda line, _, event=event: line.get("ev") == event)
        expect(event, line["d"], more)
    line = Core(other.twin, "/test", "LongPolling")
    line.close()
    event = other.program.wait_event("connected")
    expect("connected", [event[name] for name in ("hub", "id", "user", "transport")],
           ["TestHub", line.id, None, "LongPolling"])
    event = other.program.wait_event("disconnected")
    expect("disconnected", [event[name] for name in ("hub", "id", "exception", "message")],
           ["TestHub", line.id, None, None])


CHECKS = {
    "classic: calls": classic_calls,
    "classic: progress and state": classic_progress_and_state,
    "classic: groups": classic_groups,
    "classic: steering": classic_steering,
    "classic: echo": classic_raw,
    "Core: calls": core_calls,
    "Core: chat": core_chat,
    "Core: secure": core_secure,
    "options": options,
    "ports": ports,
    "lines of lifetime": lifetime_lines,
}
