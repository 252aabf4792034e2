#!/usr/bin/env python3
# test-conformance.py: asks the conformance host everything that it has to answer
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each hub, connection and route, asked over the wire by clients of our own that know
nothing of our library. Prints TAP. With words, runs only the checks that hold them."""

import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import traceback
from dataclasses import dataclass

import classic_checks
import core2_checks
import core_checks
import socket_checks
import twin_checks

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import Programs, explain  # noqa: E402

PARTS = {"classic": classic_checks, "core": core_checks, "core2": core2_checks,
         "twin": twin_checks, "websocket-echo": socket_checks}


@dataclass
class Host:
    """Where everything is."""
    classic: str
    core: str
    core2: str
    versions: str
    twin: str
    websocket_echo: str
    web_root: str
    program: object
    programs: object

    def another(self, *options):
        """One more host, with options of its own."""
        return start(self.programs, self.web_root, *options)


def start(programs, web_root, *options):
    build = pathlib.Path(os.environ["TERTULIA_BUILD_DIR"])
    program = programs.start([build / "tests/conformance/conformance-host", "--web-root", web_root, *options])
    first = program.wait_for("its addresses", lambda event, _: "listening" in event)
    return Host(first["listening"], *(first.get(name) for name in ("core", "core2", "versions", "twin",
                                                                 "websocket-echo")), web_root, program, programs)


def run(check, host):
    """None, or why it failed."""
    try:
        check(host)
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc()
    return None


def main():
    only = " ".join(sys.argv[1:])
    checks = {f"{part}: {words}": check for part, module in PARTS.items() for words, check in module.CHECKS.items()
              if only in f"{part}: {words}"}
    web_root = tempfile.mkdtemp(prefix="conformance-")
    failed = False
    print(f"1..{len(checks) + 1}", flush=True)
    log = []
    with Programs(log) as programs, concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        host = start(programs, web_root)
        futures = {words: pool.submit(run, check, host) for words, check in checks.items()}
        for number, (words, future) in enumerate(futures.items(), 1):
            why = future.result()
            failed |= why is not None
            print(f"{'not ok' if why else 'ok'} {number} - {words}", flush=True)
            for line in (why or "").splitlines():
                print(f"# {line}", file=sys.stderr)
        # With a sanitizer it tells now what it has lost.
        code = host.program.end(60)
        failed |= code != 0
        print(f"{'not ok' if code else 'ok'} {len(checks) + 1} - the end")
        if code:
            explain(log, sys.stderr)
    shutil.rmtree(web_root, ignore_errors=True)
    sys.exit(failed)


main()
