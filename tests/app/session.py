# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real application on a desktop of its own, and TAP about it."""

import importlib.util
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import Failed, Program, explain  # noqa: E402  (the path comes first)

BUILD = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"])


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def need_session(*modules):
    """Goes on in a session bus of its own; skips where something needed is not there."""
    if not os.environ.get("DISPLAY"):
        skip("no display")
    if not shutil.which("dbus-run-session"):
        skip("no dbus-run-session")
    for module in modules:
        if importlib.util.find_spec(module) is None:
            skip(f"no Python module {module}")

    inherited = os.environ.get("TERTULIA_TEST_OUTPUT")
    if inherited is not None:
        os.dup2(int(inherited), sys.stdout.fileno())
        return

    # What the session's services say must not come among the TAP.
    output = os.dup(sys.stdout.fileno())
    os.set_inheritable(output, True)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.environ["TERTULIA_TEST_OUTPUT"] = str(output)
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    configuration = pathlib.Path(__file__).resolve().parent.parent / "support/session-bus.conf"
    os.execvp("dbus-run-session", ["dbus-run-session", f"--config-file={configuration}", "--",
                                   sys.executable, *sys.argv])


def tap(checks):
    """Runs a generator of (words, whether it is so); the first that is not ends it."""
    log, number = [], 0
    try:
        for words, good in checks(log):
            number += 1
            print(f"{'ok' if good else 'not ok'} {number} - {words}", flush=True)
            if not good:
                raise Failed(words)
    except Failed as failure:
        print(f"# {failure}")
        explain(log)
        if number == 0:
            number = 1
            print(f"not ok 1 - {failure}")
        print(f"1..{number}")
        return 1
    print(f"1..{number}")
    return 0


class Desktop:
    """A home of its own, in which programs are started, and which goes with them."""

    def __init__(self, log, **settings):
        self._log = log
        self._programs = []
        self._home = tempfile.TemporaryDirectory(prefix="tertulia-test-")
        folder = pathlib.Path(self._home.name) / "glib-2.0" / "settings"
        folder.mkdir(parents=True)
        keys = "".join(f"{key.replace('_', '-')}={value}\n" for key, value in settings.items())
        (folder / "keyfile").write_text(f"[org/tertulia/Tertulia]\n{keys}", encoding="utf-8")

    def start(self, program, *options, **variables):
        home = self._home.name
        environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home,
                           GSETTINGS_BACKEND="keyfile", **variables)
        started = Program([BUILD / "src" / program, *options], log=self._log, env=environment)
        self._programs.append(started)
        return started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._programs):
            program.end()
        self._home.cleanup()
