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
