#!/usr/bin/env python3
# test-server-options.py: what each option of tertulia-server does, through the program
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those that test-server.c does not ask about. Prints TAP."""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback

tests = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(tests / "support"), str(tests / "conformance")]
from program import Programs  # noqa: E402
from wire import Classic, Core, Failed, Socket, expect, quote, request  # noqa: E402

BUILD = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"])
SERVER = BUILD / "src/tools/tertulia-server"


class Skip(Exception):
    """Why something cannot be tested here."""


def start(programs, *options):
    """A server, and its address."""
    folder = programs.folder
    program = programs.start([SERVER, "--key", f"{folder}/{time.monotonic_ns()}.key", *options])
    return program, program.listening()


def listen(programs):
    _, address = start(programs, "--listen", "127.0.0.2")
    expect("the address", address.startswith("http://127.0.0.2:"), True)
    expect("an answer", request(address, "GET", "/signalr/ping").status, 200)
    # A port that was free a moment ago.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _, address = start(programs, "--port", port)
    expect("the port", address, f"http://127.0.0.1:{port}")


def times(programs):
    """In any order; each dialect has its own."""
    for options, wanted in (
            (["--keep-alive", "2", "--disconnect-timeout", "9"], (4, 9, 110)),
            (["--disconnect-timeout", "9"], (6, 9, 110)),
            (["--keep-alive", "none", "--connection-timeout", "20"], (None, 30, 20)),
            ([], (20, 30, 110))):
        _, address = start(programs, *options)
        answer = request(address, "GET", "/signalr/negotiate?clientProtocol=2.1").json()
        expect(f"the times of {options}", tuple(answer[f"{name}Timeout"]
                                                for name in ("KeepAlive", "Disconnect", "Connection")), wanted)


def pings(programs):
    """--keep-alive is Core's ping interval too, and --disconnect-timeout its client timeout."""
    program, address = start(programs, "--keep-alive", "2", "--disconnect-timeout", "6")
    client = Core(address, "/chatHub")
    client.send({"type": 6})
    begin = time.monotonic()
    kinds = []
    while 7 not in kinds:
        opcode, text = client._line.receive()
        if opcode != 1:
            raise Failed(f"{opcode} after {kinds}")
        kinds += [json.loads(record)["type"] for record in text.decode().split("\x1e") if record]
    expect("pings before the end", kinds.count(6) >= 2, True)
    expect("the end after 6 s", time.monotonic() - begin > 5.5, True)
    expect("which was no goodbye", program.wait_event("disconnected", id=client.id)["stopCalled"], False)


def polls(programs):
    """--connection-timeout is how long a poll may wait."""
    _, address = start(programs, "--connection-timeout", "1")
    answer = request(address, "GET", "/signalr/negotiate?clientProtocol=2.1").json()
    hubs = quote('[{"name":"chathub"}]')
    target = (f"?transport=longPolling&clientProtocol=2.1&connectionData={hubs}"
              f"&connectionToken={quote(answer['ConnectionToken'])}")
    cursor = request(address, "GET", f"/signalr/connect{target}").json()["C"]
    request(address, "GET", f"/signalr/start{target}")
    groups = ""
    # Those of before have something to tell.
    for _ in range(20):
        begin = time.monotonic()
        answer = request(address, "GET", f"/signalr/poll{target}&messageId={quote(cursor)}&groupsToken={groups}").json()
        cursor = answer.get("C", cursor)
        groups = quote(answer["G"]) if "G" in answer else groups
        if not answer.get("M") and time.monotonic() - begin > 0.9:
            return
    raise Failed("no poll waited")


def lose(client):
    """The socket of a client goes without a word; its next request."""
    client.socket._input.close()
    client.socket.close()
    return client.target("reconnect")


def late_clients(programs):
    """--late-clients tell, and admit."""
    for option, told in (([], True), (["--late-clients", "tell"], True), (["--late-clients", "admit"], False)):
        program, address = start(programs, "--disconnect-timeout", "6", *option)
        clients = [Classic(address, "/signalr", ["chathub"]) for _ in range(2)]
        old, new = [lose(client) for client in clients]
        for client in clients:
            event = program.wait_event("disconnected")
            expect("lost", event["stopCalled"], False)
        # Those of 1.4 and before have a word for it.
        old = Socket(address, old.replace("clientProtocol=2.1", "clientProtocol=1.4"))
        new = Socket(address, new)
        if told:
            expect("told", json.loads(old.text()).get("D"), 1)
            expect("refused", new.status, 410)
        else:
            expect("let in", (old.status, new.status), (101, 101))
            for client in clients:
                program.wait_event("reconnected")


def origins(programs):
    """--allow-origin, which may be repeated."""
    _, address = start(programs, "--allow-origin", "https://one.example", "--allow-origin", "https://two.example")
    for name, allowed in (("one", True), ("two", True), ("three", False)):
        origin = f"https://{name}.example"
        answer = request(address, "GET", "/signalr/negotiate", Origin=origin)
        expect(origin, [answer.header(f"Access-Control-Allow-{name}") for name in ("Origin", "Credentials")],
               [origin, "true"] if allowed else [None, None])
        expect("a WebSocket", Socket(address, "/chat", Origin=origin).status, 101 if allowed else 403)


def tokens(programs):
    """--token, everywhere: in the header and in the address."""
    _, address = start(programs, "--token", "Ana=one", "--token", "Ben=two")
    for method, target in (("GET", "/signalr/negotiate"), ("GET", "/signalr/hubs"), ("POST", "/chat/negotiate"),
                           ("POST", "/chatHub/negotiate"), ("GET", "/chat?id=x"), ("DELETE", "/chat?id=x")):
        for headers in ({}, {"Authorization": "Bearer three"}):
            expect(target, request(address, method, target, **headers).status, 401)
    Core(address, "/chat", Authorization="Bearer one").close()
    Core(address, "/chat", query="&access_token=two").close()
    Classic(address, "/signalr", ["chathub"], query="&access_token=two").stop()


def tls(programs):
    """--tls-certificate and --tls-key."""
    if shutil.which("openssl") is None:
        raise Skip("openssl is not installed")
    certificate, key = f"{programs.folder}/certificate.pem", f"{programs.folder}/private.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    import ssl  # pylint: disable=import-outside-toplevel
    import urllib.request  # pylint: disable=import-outside-toplevel
    _, address = start(programs, "--tls-certificate", certificate, "--tls-key", key)
    expect("https", address.startswith("https://127.0.0.1:"), True)
    context = ssl.create_default_context(cafile=certificate)
    handler = urllib.request.HTTPSHandler(context=context)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
    with opener.open(f"{address}/signalr/ping", timeout=15) as answer:
        expect("an answer", answer.status, 200)


def comes_and_goes(programs):
    """The lines: who left, and who was lost, over both dialects."""
    program, address = start(programs, "--disconnect-timeout", "6")
    left = Classic(address, "/signalr", ["chathub"])
    lost = Classic(address, "/signalr", ["chathub"])
    core = Core(address, "/chat", "LongPolling")
    for client, transport in ((left, "webSockets"), (lost, "webSockets"), (core, "longPolling")):
        expect("who came", program.wait_event("connected"),
               {"event": "connected", "id": client.id, "hub": "ChatHub", "transport": transport})
    left.stop()
    expect("who left", program.wait_event("disconnected"),
           {"event": "disconnected", "id": left.id, "hub": "ChatHub", "transport": "webSockets", "stopCalled": True})
    core.close()
    expect("who left", program.wait_event("disconnected")["stopCalled"], True)
    again = lose(lost)
    Socket(address, again)
    expect("who came back", program.wait_event("reconnected"),
           {"event": "reconnected", "id": lost.id, "hub": "ChatHub", "transport": "webSockets"})


def key_is_private(programs):
    """Nobody else may read the key."""
    file = f"{programs.folder}/own.key"
    programs.start([SERVER, "--key", file]).listening()
    expect("its mode", oct(os.stat(file).st_mode & 0o777), "0o600")


def redis(programs):
    """Without the Redis it is told of it serves, and says so; one with no such address does not begin."""
    for address in ("localhost", "redis://", "redis://localhost/x", "redis://localhost?no=1"):
        result = subprocess.run([SERVER, "--redis", address], capture_output=True, text=True, timeout=20, check=False)
        expect("the exit", result.returncode, 2)
        if "without Redis" in result.stderr:
            raise Skip("the library is built without Redis")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program, address = start(programs, "--redis", f"redis://127.0.0.1:{port}")
    event = program.wait_event("redis")
    expect("the state", event["state"], "down")
    expect("that it says why", "refused" in event["error"], True)
    expect("an answer", request(address, "GET", "/signalr/ping").status, 200)


def told_in_the_manual(_):
    """--help and the manual know the same options."""
    words = subprocess.run([SERVER, "--help"], check=True, capture_output=True, text=True).stdout
    manual = (tests.parent / "data/man/tertulia-server.1").read_text(encoding="utf-8").replace("\\-", "-")
    options = set(re.findall(r"--[a-z-]+", words))
    missing = sorted(option for option in options if option not in manual)
    expect("what the manual does not tell", missing, [])
    described = set(re.findall(r"^\.TP\n\.B[RI]* *(--[a-z-]+)", manual, re.M))
    expect("what --help does not tell", sorted(described - options), [])


def unit(programs):
    """The systemd unit is one, and starts the program as it is."""
    if shutil.which("systemd-analyze") is None:
        raise Skip("systemd-analyze is not installed")
    text = (BUILD / "src/tools/tertulia-server.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(\S+)", text, re.M).group(1)
    file = pathlib.Path(programs.folder) / "tertulia-server.service"
    file.write_text(text.replace(command, str(SERVER)).replace("man:tertulia-server(1)", "https://example.org"),
                    encoding="utf-8")
    result = subprocess.run(["systemd-analyze", "verify", "--man=no", file],
                            capture_output=True, text=True, check=False)
    told = [line for line in (result.stdout + result.stderr).splitlines() if "tertulia" in line]
    expect("what systemd says of it", told, [])


CHECKS = {
    "--listen and --port": listen,
    "--keep-alive, --disconnect-timeout and --connection-timeout": times,
    "the same for ASP.NET Core": pings,
    "--connection-timeout of polls": polls,
    "--late-clients": late_clients,
    "--allow-origin": origins,
    "--token": tokens,
    "--tls-certificate and --tls-key": tls,
    "who comes and goes": comes_and_goes,
    "--key": key_is_private,
    "--redis": redis,
    "the manual": told_in_the_manual,
    "the systemd unit": unit,
}


def run(check):
    """(why it was skipped, why it failed); at most one of them."""
    folder = tempfile.mkdtemp(prefix="tertulia-server-")
    try:
        with Programs() as programs:
            programs.folder = folder
            check(programs)
    except Skip as skip:
        return str(skip), None
    except Exception:  # pylint: disable=broad-except
        return None, traceback.format_exc()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None, None


def main():
    failed = False
    print(f"1..{len(CHECKS)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(max_workers=6) as pool:
        futures = {words: pool.submit(run, check) for words, check in CHECKS.items()}
        for number, (words, future) in enumerate(futures.items(), 1):
            skipped, why = future.result()
            failed |= why is not None
            skip = f" # SKIP {skipped}" if skipped else ""
            print(f"{'not ok' if why else 'ok'} {number} - {words}{skip}", flush=True)
            for line in (why or "").splitlines():
                print(f"# {line}", file=sys.stderr)
    sys.exit(failed)


main()
