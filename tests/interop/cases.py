# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every pair goes through."""

import scenarios
from pairs import CHAT_SERVER, CHROMIUM, JQUERY, NODE, OUR_SERVER, OURS, Times
from program import PATIENCE, Failed
from stage import expect

# A server of ASP.NET Core does not say how long it lets a poll wait: clients allow it 100 s.
LONGEST_POLL = 130


def start(stage):
    """Begins, and ends."""
    stage.stop()
    stage.lived("connected", "disconnected")
    stage.served("connected", "disconnected")


def echo(stage):
    """Values of every kind come back as they were."""
    values = ["", "¿Qué tal? 😀 \\ \" </script>\n\t\u2028", 0, -7, 2 ** 40, 1.5, True, None, [1, ["two", None], {}],
              {"a": {"b": [True]}, "ñ": 1}, "long " * 2000]
    for value in values:
        expect("the echo", stage.call(stage.client, "Echo", value), value)
    stage.stop()
    stage.lived("connected", "disconnected")


def error(stage):
    """Errors arrive, with what is for clients and without what is not; and end nothing."""
    stage.fail(stage.client, "NoSuchMethod")
    stage.fail(stage.client, "Echo", 1, 2, 3)
    hidden = stage.fail(stage.client, "Throw")["error"]
    if "not for clients" in hidden:
        raise Failed(f"a client was told {hidden}")
    told = stage.fail(stage.client, "Fail")
    if "for clients" not in told["error"]:
        raise Failed(f"a client was told {told}")
    if stage.pair.dialect == "aspnet":
        expect("the error's data", told.get("data"), {"code": 42})
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def push(stage):
    """The server calls clients: all, some, and in the order it was told to."""
    client, friend = stage.client, stage.friend
    for _ in range(10):
        stage.say(friend, "all", hearers=(client, friend))
    stage.say(friend, "others", hearers=(client,))
    stage.say(client, "others", hearers=(friend,))
    stage.say(client, "caller", hearers=(client,))
    stage.say(friend, "client", stage.id, hearers=(client,))
    stage.say(client, "client", stage.friend_id, hearers=(friend,))
    stage.say(friend, "except", stage.id, hearers=(friend,))
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def groups(stage):
    """Groups one is in, or not, and users."""
    client, friend = stage.client, stage.friend
    group = f"group {stage.name}"
    stage.say(friend, "group", group)
    stage.call(client, "Join", group)
    stage.say(friend, "group", group, hearers=(client,))
    stage.call(friend, "Join", group)
    stage.say(client, "group", group, hearers=(client, friend))
    stage.call(client, "Leave", group)
    stage.say(client, "group", group, hearers=(friend,))
    stage.say(friend, "user", stage.user(client), hearers=(client,))
    stage.say(client, "user", stage.user(friend), hearers=(friend,))
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def stream(stage):
    """Core: items down and up, and no more of them. Classic: progress."""
    client = stage.client
    if stage.pair.dialect == "aspnet":
        id = stage.begin(client, "invoke", "Work", 5)
        for i in range(1, 6):
            client.claim("progress", id=id, progress=i)
        stage.call(stage.friend, "Done", stage.id)
        expect("the result", client.claim("result", id=id).get("result"), "done")
        expect("progress", [e["progress"] for e in client.events if e.get("event") == "progress"], [1, 2, 3, 4, 5])
    else:
        down = stage.begin(client, "stream", "Count", 5)
        expect("the end of a stream", "error" in client.claim("result", id=down), False)
        expect("its items", items(client, down), [1, 2, 3, 4, 5])

        up = stage.begin(client, "upload", "Sum")
        send_items(client, up, 1, 2, 3, 4)
        expect("the sum", client.claim("result", id=up).get("result"), 10)

        # signalr-cli has no command for both at once.
        if stage.pair.client is not OURS:
            both = stage.begin(client, "stream", "Twice", uploads=True)
            send_items(client, both, 1, 2, 3)
            client.claim("result", id=both)
            expect("twice", items(client, both), [2, 4, 6])

        endless = stage.begin(client, "stream", "Endless")
        client.claim("item", id=endless)
        client.do("cancel", id=endless)
        stage.server.claim("cancelled", id=stage.id)
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def items(program, id):
    return [e["item"] for e in program.events if e.get("event") == "item" and e["id"] == id]


def send_items(program, id, *some):
    for item in some:
        program.do("item", id=id, item=item)
    program.do("complete", id=id)


def asks(stage):
    """Core: the server calls the client and waits for its result. Classic: state goes with the calls."""
    client = stage.client
    if stage.pair.dialect == "aspnet":
        expect("the tally", [stage.call(client, "Tally") for _ in range(3)], [0, 1, 2])
    else:
        for answer, wanted in (({"result": "forty-two"}, "result"), ({"error": "no idea"}, "error")):
            id = stage.begin(client, "invoke", "Ask", "what?")
            asked = client.claim("invocation", method="Ask", args=["what?"])
            client.do("return", id=asked["id"], **answer)
            result = client.claim("result", id=id)
            if answer[wanted] not in str(result.get(wanted)):
                raise Failed(f"the server was answered {answer}, and says {result}")
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")


def raw(stage):
    """A persistent connection without hubs: what is sent comes back, in order."""
    client = stage.open_raw()
    texts = ["¿Qué tal? 😀", "{}", "[1, 2]", "\\ \" </script>\n\u2028", "long " * 2000]
    for text in texts:
        client.do("send", data=text)
        client.claim("received", data=text)
    client.do("stop")
    client.claim("disconnected")
    expect("what came", [e["data"] for e in client.events if e.get("event") == "received"], texts)
    stage.stop()


def tutorial(stage):
    """The chat of the official tutorials, on tertulia-server."""
    one, other = stage.open_chats()
    for name, sender in (("Ada", one), ("Blas", other)):
        text = f"{stage.name}: ¿qué tal, {name}? 😀"
        stage.call(sender, CHAT_SERVER.send[stage.pair.dialect], name, text, hub=CHAT_SERVER.hub)
        for program in (one, other):
            program.claim("invocation", method=CHAT_SERVER.receive[stage.pair.dialect], args=[name, text])
    stage.stop()


def ended(stage):
    """The server ends the connection, for good."""
    stage.begin(stage.client, "invoke", "End")
    told = stage.client.claim("disconnected")
    if stage.pair.client is OURS:
        expect("the reason", told["reason"], "closed-by-server")
    stage.gone_from_server(stop_called=False)
    stage.lived("connected", "disconnected")
    stage.served("connected", "disconnected")


def cut(stage):
    """The link breaks for a moment. What was said meanwhile arrives where the dialect promises it."""
    client, friend = stage.client, stage.friend
    group = f"group {stage.name}"
    told = not stage.resumes_silently
    stage.call(client, "Join", group)
    stage.chat()
    stage.set_link("gone" if stage.pair.client.bears_refusal(stage.pair) else "reset")
    if told:
        stage.lost()
    missed = stage.say(friend, "group", group)
    stage.set_link("good")
    if told:
        stage.back()
    if stage.pair.keeps_id:
        stage.heard(client, missed)
        stage.say(friend, "group", group, hearers=(client,))
    stage.chat()
    stage.stop()
    stage.lived("connected", *(("reconnecting", "reconnected") if told else ()), "disconnected")
    back = stage.pair.keeps_id and stage.pair.server.tells_reconnected
    stage.served("connected", *(["reconnected"] if back else []), "disconnected")


def silence(stage):
    """Nothing passes, and nothing breaks."""
    stage.chat()
    stage.set_link("silent")
    told = stage.pair.client.notices_silence(stage.pair)
    if stage.resumes_silently:
        # It takes leave of the silent connection by way of a third, after those of negotiate and of itself.
        stage.link.claim("opened", n=3)
    elif told:
        stage.lost(LONGEST_POLL)
    stage.set_link("good")
    if stage.resumes_silently:
        stage.lost()
    if told:
        stage.back(resumes=not stage.resumes_silently)
    stage.chat()
    stage.stop()
    # While a poll waits nothing is expected, and nothing missed.
    slow = [] if stage.pair.transport == "longPolling" else ["slow"]
    stage.lived("connected", *((*slow, "reconnecting", "reconnected") if told else ()), "disconnected")


def slow(stage):
    """Nothing passes for longer than clients like, and then goes on."""
    stage.chat()
    stage.set_link("silent")
    stage.client.claim("slow")
    stage.set_link("good")
    stage.chat()
    stage.stop()
    recovered = ["recovered"] if stage.pair.client is OURS else []
    stage.lived("connected", "slow", *recovered, "disconnected")
    stage.served("connected", "disconnected")


def unkept(stage):
    """Without keep-alive the server ends an idle transport connection, and the client makes another."""
    stage.lost()
    stage.back()
    stage.chat()
    stage.stop()
    stage.lived("connected", "reconnecting", "reconnected", "disconnected")
    stage.served("connected", "reconnected", "disconnected")


def vanished(stage):
    """The client's program is killed; or its page is closed, which says goodbye."""
    stage.chat()
    if stage.pair.client is OURS:
        stage.client.kill()
        stage.gone_from_server(stop_called=False)
    else:
        stage.client.end()
        # The page of a client of Core has no word for it.
        stage.gone_from_server(stop_called=True if stage.pair.dialect == "aspnet" else None)
    stage.served("connected", "disconnected")


def restart(stage):
    """The server dies, and another one with the same key takes its place."""
    stage.chat()
    stage.server.kill()
    replace_server(stage)


def shutdown(stage):
    """The same, where it says goodbye first: nobody comes back to the one that goes."""
    stage.chat()
    code = stage.server.end(PATIENCE)
    expect("the server's end", code, 0)
    # A classic connection goes on elsewhere.
    stage.served("connected", *(["disconnected"] if stage.pair.dialect == "aspnetcore" else []))
    replace_server(stage)


def replace_server(stage):
    stage.lost()
    stage.start_server(stage.address.rsplit(":", 1)[1])
    known = stage.pair.dialect == "aspnet"
    stage.back(resumes=known)
    stage.invite_friend()
    stage.said["friend"] = []
    stage.chat()
    stage.stop()
    stage.lived("connected", "reconnecting", "reconnected", "disconnected")
    stage.served("reconnected" if known else "connected", "disconnected")


def gone(stage):
    """Away for longer than both are ready to wait."""
    stage.set_link("gone")
    stage.lost()
    if stage.pair.client.gives_up:
        told = stage.client.claim("disconnected")
        if stage.pair.client is OURS:
            expect("the reason", told["reason"], "timeout")
        stage.lived("connected", "reconnecting", "disconnected")
    stage.gone_from_server(stop_called=False)
    stage.served("connected", "disconnected")


def late(stage):
    """Away for longer than the server is ready to wait, and back before the client gives up."""
    stage.set_link("gone")
    stage.lost()
    stage.gone_from_server(stop_called=False)
    stage.set_link("good")
    told = stage.client.claim("disconnected")
    if stage.pair.client is OURS:
        expect("the reason", told["reason"] in ("closed-by-server", "timeout"), True)
    stage.lived("connected", "reconnecting", "disconnected")
    stage.served("connected", "disconnected")


def late_let_in(stage):
    """The same, where the server is as lenient as the original."""
    stage.set_link("gone")
    stage.lost()
    stage.gone_from_server(stop_called=False)
    stage.set_link("good")
    stage.back()
    stage.chat()
    stage.stop()
    stage.lived("connected", "reconnecting", "reconnected", "disconnected")
    stage.served("connected", "disconnected", "reconnected", "disconnected")


def again(stage):
    """Stopped and started again, it is another connection."""
    stage.stop()
    before = stage.id
    stage.client.do("start")
    stage.connected()
    if stage.id == before:
        raise Failed("two starts gave the same id")
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected", "connected", "disconnected")
    stage.served("connected", "disconnected")


CASES = {
    "start": start,
    "echo": echo,
    "error": error,
    "push": push,
    "groups, users": groups,
    "stream or progress": stream,
    "client result or state": asks,
    "raw connection": raw,
    "tutorial's chat": tutorial,
    "cut": cut,
    "slow": slow,
    "silence": silence,
    "keep-alive off": unkept,
    "server restart": restart,
    "server shutdown": shutdown,
    "server gone": gone,
    "late client": late,
    "late client, let in": late_let_in,
    "ended by server": ended,
    "client gone": vanished,
    "stop, start": again,
    **scenarios.CASES,
}

# Those that wait the longest begin first.
LONG = ("silence", "late client, let in", "late client", "slow", "idle", "keep-alive off", "server gone", "client gone", "server restart", "server shutdown",
        "cut")
# Those that need other times: to look for a server that takes its time to start again, to be in time where a machine is
# busy, and to be left alone.
TIMES = {
    "server restart": Times(disconnect=PATIENCE),
    "server shutdown": Times(disconnect=PATIENCE),
    "slow": Times(keep_alive=6, disconnect=20),
    "keep-alive off": Times(keep_alive=0, disconnect=10),
    "late client, let in": Times(lets_in=True),
}


def order(pair, case):
    """What cells are sorted by."""
    return (pair.transport, case) != ("longPolling", "silence"), LONG.index(case) if case in LONG else len(LONG)


def needs_own_server(pair, case):
    """What a server that dies must not take with it. And what others say as a connection is made must not disturb
    stateful reconnect: the official client does not count what comes together with the handshake's answer."""
    return case in ("server restart", "server shutdown") or (case == "cut" and pair.stateful)


def applies(pair, case):
    """Whether the case asks for what both ends have."""
    if case == "ended by server" and pair.dialect == "aspnet":
        # The official server has no such call, and the official clients do not know our server's word for it.
        return pair.client is OURS and pair.server is OUR_SERVER
    if case == "server shutdown" and pair.client is JQUERY and pair.transport == "longPolling":
        # It tells that it is back a second after it has asked, whether it is or not.
        return False
    if case == "server shutdown" and pair.server is not OUR_SERVER:
        # Clients come back to the official ones that are about to end.
        return False
    if case in ("server restart", "server shutdown") and pair.transport == "foreverFrame":
        # To the official client what the browser shows of a refused connection is a frame, too.
        return pair.client is OURS
    if case == "silence" and pair.stateful and pair.client in (NODE, CHROMIUM):
        # It ends the connection and resumes it as well, and may hear everything twice.
        return False
    if case == "slow":
        return pair.client.tells_slow and pair.transport != "longPolling"
    if case == "idle":
        return pair.transport == "longPolling"
    if case == "keep-alive off":
        return pair.dialect == "aspnet" and pair.transport != "longPolling"
    if case == "late client":
        # The official server lets it in, against its own documentation.
        return pair.dialect == "aspnet" and pair.server is OUR_SERVER and pair.client.bears_refusal(pair)
    if case == "late client, let in":
        # The .NET client cannot be told to wait for longer than the server says.
        return pair.dialect == "aspnet" and pair.client in (OURS, JQUERY) and pair.client.bears_refusal(pair)
    if case == "tutorial's chat":
        return pair.server is OUR_SERVER and not pair.stateful
    if case == "raw connection":
        return pair.dialect == "aspnet"
    if case == "client gone":
        return pair.client in (OURS, CHROMIUM, JQUERY)
    return True
