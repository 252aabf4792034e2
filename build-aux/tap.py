# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the checks that are written in Python say what they found."""

import sys


def report(results):
    """Prints TAP for pairs of words and offenders, and ends the program. The offenders
    go to standard error, which meson shows of a test that failed."""
    print(f"1..{len(results)}")
    for number, (words, offenders) in enumerate(results, 1):
        print(f"{'not ' if offenders else ''}ok {number} - {words}")
        for offender in offenders:
            print(f"# {offender}", file=sys.stderr)
    sys.exit(any(offenders for _, offenders in results))
