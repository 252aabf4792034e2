# test-bindings.py: the examples chat through our server, and a hub in Python is called
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-bindings.py chat COMMAND…, or test-bindings.py hub or policy PYTHON"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import threading

LIMIT = 20
tests = pathlib.Path(os.environ["G_TEST_SRCDIR"]) / "bindings"
tools = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"]) / "src" / "tools"


class Program:
    """A program that is spoken to in lines; one that takes too long is ended."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, text=True, encoding="utf-8", bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.timer = threading.Timer(LIMIT, self.process.kill)
        self.timer.start()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.timer.cancel()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def say(self, line):
        print(line, file=self.process.stdin)

    def hear(self):
        return self.process.stdout.readline().rstrip("\n")

    def expect(self, line):
        heard = self.hear()
        assert heard == line, f"{line!r} was expected, {heard!r} came"

    def end(self):
        self.process.stdin.close()
        code = self.process.wait(LIMIT)
        assert code == 0, f"it ended with {code}"


def chat(command, path):
    with Program(tools / "tertulia-server", "--port", "0") as server:
        url = json.loads(server.hear())["listening"] + path
        with Program(*command, url, "Ana") as ana, Program(*command, url, "Luis") as luis:
            ana.say("I am here.")
            ana.expect("Ana: I am here.")
            luis.say("“So am I.”")
            ana.expect("Luis: “So am I.”")
            luis.process.kill()
            ana.say("Bye.")
            ana.expect("Ana: Bye.")
            ana.end()


def invoke(cli, method, args):
    cli.say(json.dumps({"do": "invoke", "id": method, "method": method, "args": args}))
    while (event := json.loads(cli.hear())).get("id") != method:
        pass
    return event


def hub(python):
    with Program(python, tests / "hub.py") as server:
        url = server.hear().rstrip("/") + "/signalr"
        with Program(tools / "signalr-cli", "connect", url, "--hub", "echo") as cli:
            while json.loads(cli.hear())["event"] != "connected":
                pass
            server.expect("connected")
            echo = invoke(cli, "echo", ["olá"])
            fail = invoke(cli, "fail", [])
            cli.end()
        server.expect("disconnected True")
    assert echo["result"] == "OLÁ", echo
    assert "Not today." in json.dumps(fail), fail


def policy(python):
    # A port that nobody listens at.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Program(python, tests / "policy.py", f"http://127.0.0.1:{taken.getsockname()[1]}/x") as client:
            client.expect("True")


kind, *command = sys.argv[1:]
if not os.path.exists(command[0]):
    print(f"1..0 # SKIP {command[0]} is not here")
elif kind == "hub":
    hub(command[0])
    print("1..1\nok 1 - a hub in Python answers, refuses, and hears who comes and goes")
elif kind == "policy":
    policy(command[0])
    print("1..1\nok 1 - a policy in Python decides when to try again, and each try gets a token")
else:
    print("1..2")
    chat(command, "/signalr")
    print("ok 1 - two chat over classic SignalR")
    chat(command, "/chatHub")
    print("ok 2 - two chat over ASP.NET Core SignalR")
