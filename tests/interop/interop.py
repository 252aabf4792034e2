#!/usr/bin/env python3
# interop.py BUILD PEERS: our client and server with the official ones
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each pair of a client and a server (pairs.py) goes through the same cases (cases.py).
Prints TAP, and the matrix as comments; with --document FILE, the matrix goes there too.

BUILD is where our programs were built, PEERS where tests/interop/run put the
official ones."""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cases  # noqa: E402  (the path comes first)
import matrix  # noqa: E402
import pairs  # noqa: E402
from program import Failed, explain  # noqa: E402
from stage import Stage  # noqa: E402
from world import World  # noqa: E402

# They wait much more than they work.
AT_ONCE = 16


def run(pair, case, world):
    """None where the case passed; else why not, and what everybody said."""
    log = []
    try:
        with Stage(pair, world, log, cases.TIMES.get(case), cases.needs_own_server(pair, case)) as stage:
            cases.CASES[case](stage)
    except Failed as failure:
        return str(failure), log
    except (KeyError, IndexError, TypeError) as error:
        return f"somebody said what nobody expected: {error!r}", log
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("peers", type=pathlib.Path)
    parser.add_argument("--document", type=pathlib.Path)
    parser.add_argument("--only", default="", help="pairs whose words hold this")
    parser.add_argument("--case", default="", help="cases whose names hold this")
    options = parser.parse_args()

    # Nothing of the user's is read or written, and no proxy is asked. A server that is started again has the same key.
    home = tempfile.mkdtemp(prefix="tertulia-interop-")
    os.environ.update(HOME=home, XDG_STATE_HOME=f"{home}/state", NO_PROXY="*", GIO_USE_PROXY_RESOLVER="dummy",
                      SIGNALR_KEY="interop")
    places = pairs.Places(options.build, options.peers, pathlib.Path(home))

    chosen = [pair for pair in pairs.PAIRS if options.only in pair.name]
    chosen_cases = {name: case for name, case in cases.CASES.items() if options.case in name}
    cells = [(pair, case) for pair in chosen for case in chosen_cases if cases.applies(pair, case)]
    print(f"1..{len(cells)}", flush=True)
    table = matrix.Matrix(chosen, chosen_cases)
    with World(places) as world, concurrent.futures.ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = {(pair, case): pool.submit(run, pair, case, world)
                   for pair, case in sorted(cells, key=lambda cell: cases.order(*cell))
                   if not pair.missing(places)}
        for number, (pair, case) in enumerate(cells, 1):
            words = f"{number} - {pair.name}: {case}"
            if why := pair.missing(places):
                print(f"ok {words} # SKIP {why}", flush=True)
                table.put(pair, case, matrix.SKIPPED)
            elif failure := futures[pair, case].result():
                print(f"not ok {words}\n# {failure[0]}", flush=True)
                explain(failure[1])
                table.put(pair, case, matrix.FAILED)
            else:
                print(f"ok {words}", flush=True)
                table.put(pair, case, matrix.PASSED)
    shutil.rmtree(home, ignore_errors=True)

    for line in table.lines():
        print(f"# {line}".rstrip())
    if options.document:
        table.document(options.document)
    sys.exit(table.has_failed())


main()
