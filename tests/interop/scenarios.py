# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those scenarios of a connection's life (tests/scenarios) that no other case plays, with real programs. The others:
1 is "start", 3 "slow", 4 "cut" and "silence", 5 "late client", 9 "server gone", 6 and 7 "client gone", 8 "server restart",
11 "ended by server", 12 "keep-alive off"."""

from program import Failed

# Several polls: nothing may come of them.
QUIET = 12


def quiet(stage, seconds):
    """Nothing happens to the client for so long."""
    try:
        event = stage.client.claim("reconnecting", seconds)
    except Failed:
        return
    raise Failed(f"nothing should have happened, but {event}")


def idle(stage):
    """10: a poll is answered after its time, and followed by another."""
    quiet(stage, QUIET)
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")
    stage.served("connected", "disconnected")


def short_silence(stage):
    """2: less than anybody notices."""
    stage.chat()
    stage.set_link("silent")
    stage.set_link("good")
    quiet(stage, 1)
    stage.chat()
    stage.stop()
    stage.lived("connected", "disconnected")
    stage.served("connected", "disconnected")


def told_to_stop(stage):
    """11: a call of the server makes the application stop, and the server hears that it was meant."""
    stage.say(stage.friend, "client", stage.id, hearers=(stage.client,))
    stage.stop()
    stage.lived("connected", "disconnected")
    # The official server tells of a goodbye between two polls twice.
    if stage.pair.server.tells_stop_called(stage.pair):
        stage.served("connected", "disconnected")


CASES = {
    "idle": idle,
    "short silence": short_silence,
    "told to stop": told_to_stop,
}
