# shellcheck shell=bash
# lib.sh: what the commands of this folder share; sourced, not run
#
# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say ()
{
  printf '%s\n' "$*" >&2
}

die ()
{
  say "${0##*/}: $*"
  exit 1
}

# configure FOLDER OPTION…: a build folder, made where it is not there yet
configure ()
{
  local folder=$1
  shift
  if [ ! -e "$folder/build.ninja" ]; then
    meson setup "$folder" "$top" "$@" >&2
  fi
}

# build FOLDER OPTION…: configured and compiled; ninja does what meson.build's
# changes ask for
build ()
{
  configure "$@"
  ninja -C "$1" >&2
}

# tracked PATTERN…: the project's files of those names, without what git ignores
tracked ()
{
  git -c safe.directory='*' -C "$top" ls-files --cached --others --exclude-standard -- "$@" |
    while read -r file; do
      if [ -f "$top/$file" ]; then
        printf '%s\n' "$file"
      fi
    done
}

# TAP goes to standard output, what explains a failure to standard error: meson shows
# that of a test that failed.
tap_number=0
tap_failed=0

# skip_all WHY: for a whole suite
skip_all ()
{
  printf '1..0 # SKIP %s\n' "$1"
  exit 0
}

# start_checks: in the project's folder, and only where git knows what is ours
start_checks ()
{
  cd "$top" || exit
  if ! git -c safe.directory='*' rev-parse --git-dir > /dev/null 2>&1; then
    skip_all 'not a git checkout'
  fi
}

# expect_none WORDS COMMAND…: one line of TAP; what the command prints are the
# offenders. Its exit code says nothing: grep's is 1 where all is well.
expect_none ()
{
  local words=$1 offenders
  shift
  offenders=$("$@" || true)
  tap_number=$((tap_number + 1))
  if [ -z "$offenders" ]; then
    printf 'ok %d - %s\n' "$tap_number" "$words"
  else
    printf 'not ok %d - %s\n' "$tap_number" "$words"
    printf '%s\n' "$offenders" | sed 's/^/# /' >&2
    tap_failed=1
  fi
}

# expect WORDS COMMAND…: one line of TAP; it passes when the command succeeds
expect ()
{
  local words=$1 said
  shift
  tap_number=$((tap_number + 1))
  if said=$("$@" 2>&1); then
    printf 'ok %d - %s\n' "$tap_number" "$words"
  else
    printf 'not ok %d - %s\n' "$tap_number" "$words"
    printf '%s\n' "$said" | tail -n 60 | sed 's/^/# /' >&2
    tap_failed=1
  fi
}

# skip WORDS WHY
skip ()
{
  tap_number=$((tap_number + 1))
  printf 'ok %d - %s # SKIP %s\n' "$tap_number" "$1" "$2"
}

# finish_tap: the plan, and a failure's exit code
finish_tap ()
{
  printf '1..%d\n' "$tap_number"
  exit "$tap_failed"
}
