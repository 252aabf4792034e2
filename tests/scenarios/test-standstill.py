#!/usr/bin/env python3
# test-standstill.py: a client, a server or both stand still for a while
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As in a debugger, or on a machine that sleeps: the clock goes on, the program does not. Nobody is blamed for
what another did not do, and nobody who is there in time is sent away. With short limits: a client takes a server
for silent after 4 s, and both wait 6 s for each other. Prints TAP."""

import concurrent.futures
import os
import pathlib
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import Failed, Programs, explain  # noqa: E402

TOOLS = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"]) / "src/tools"
LIFETIME = ("connected", "slow", "recovered", "reconnecting", "reconnected", "disconnected")
TRANSPORTS = ("webSockets", "serverSentEvents", "foreverFrame", "longPolling")


class Stage:
    def __init__(self, programs, folder, transport, *options):
        self.server = programs.start([TOOLS / "tertulia-server", "--key", f"{folder}/{time.monotonic_ns()}.key",
                                      "--keep-alive", 2, "--disconnect-timeout", 6, "--connection-timeout", 60])
        address = self.server.listening().split("//")[1]
        self.link = programs.start([TOOLS / "signalr-link", "--listen", 0, "--to", address])
        self.client = programs.start([TOOLS / "signalr-cli", "connect", "--protocol", "aspnet", "--transport", transport,
                                      "--hub", "ChatHub", "--retry", "never", *options,
                                      f"http://127.0.0.1:{self.link.listening()}/signalr"])
        self.client.claim("connected")
        self.server.claim("connected")

    def set_link(self, mode):
        self.link.do("set", mode=mode)
        self.link.claim("mode", mode=mode)

    def stand_still(self, seconds, *programs):
        """Nothing is to be waited for meanwhile."""
        for program in programs:
            os.kill(program.pid, signal.SIGSTOP)
        time.sleep(seconds)
        for program in programs:
            os.kill(program.pid, signal.SIGCONT)

    def lived(self, *events):
        """All that both have told behind the start, once they have talked again."""
        self.client.do("invoke", id="1", hub="ChatHub", method="Send", args=["Ana", "still there"])
        self.client.claim("result", id="1")
        served = tuple(event for event in events if event == "reconnected")
        for event in served:
            self.server.claim(event)
        for program, wanted in ((self.client, events), (self.server, served)):
            told = tuple(e["event"] for e in program.events if e.get("event") in LIFETIME)[1:]
            if told != wanted:
                raise Failed(f"{program.name} told {told} instead of {wanted}")


def client_stands_still(stage):
    """What came meanwhile is read before silence is judged."""
    stage.stand_still(8, stage.client)
    stage.lived()


def both_stand_still(stage):
    stage.stand_still(12, stage.server, stage.client)
    stage.lived()


def server_stands_still(stage):
    """Those who look for it wait at its door, and are let in."""
    stage.stand_still(5, stage.server)
    if stage.transport == "longPolling":
        stage.lived()
        return
    stage.client.claim("reconnected")
    stage.lived("slow", "reconnecting", "reconnected")


def client_is_lost_meanwhile(stage):
    """Its time is over when the server goes on; but it is at the door."""
    os.kill(stage.server.pid, signal.SIGSTOP)
    stage.set_link("reset")
    stage.client.claim("reconnecting")
    stage.stand_still(8, stage.server)
    stage.client.claim("reconnected")
    stage.lived("reconnecting", "reconnected")


def client_sleeps(stage):
    """Nothing gets through while it does, and it finds out when it wakes up."""
    os.kill(stage.client.pid, signal.SIGSTOP)
    stage.set_link("gone")
    stage.stand_still(3, stage.client)
    stage.set_link("good")
    stage.client.claim("reconnected")
    stage.lived("reconnecting", "reconnected")


# Between two polls nothing of it is there: neither to be lost nor to be waited for any longer.
client_sleeps.transports = client_stands_still.transports = TRANSPORTS[:-1]
# A poll on a connection that was used before is sent again by libsoup, and nothing is lost until its limit, a minute.
client_is_lost_meanwhile.transports = TRANSPORTS[:-1]
client_is_lost_meanwhile.options = ("--disconnect-timeout", "30")
SCENES = {"the client stands still": client_stands_still, "both stand still": both_stand_still,
          "the server stands still": server_stands_still, "a client is lost while the server does": client_is_lost_meanwhile,
          "the client sleeps": client_sleeps}


def play(scene, transport, folder):
    """None, or why it failed and what everybody said."""
    log = []
    try:
        with Programs(log) as programs:
            stage = Stage(programs, folder, transport, *getattr(scene, "options", ()))
            stage.transport = transport
            scene(stage)
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc(), log
    return None


def main():
    cases = [(words, scene, transport) for words, scene in SCENES.items()
             for transport in getattr(scene, "transports", TRANSPORTS)]
    failed = False
    print(f"1..{len(cases)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="standstill-") as folder, \
            concurrent.futures.ThreadPoolExecutor(max_workers=len(cases)) as pool:
        futures = [pool.submit(play, scene, transport, folder) for _, scene, transport in cases]
        for number, ((words, _, transport), future) in enumerate(zip(cases, futures), 1):
            failure = future.result()
            failed |= failure is not None
            print(f"{'not ok' if failure else 'ok'} {number} - {words}: {transport}", flush=True)
            if failure:
                print(failure[0], file=sys.stderr)
                explain(failure[1], sys.stderr)
    sys.exit(failed)


main()
