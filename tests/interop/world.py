# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that many cases share: servers, and hosts of official clients."""

import threading

from program import PATIENCE, Program, Speaker, parse


class Guest(Speaker):
    """One of the clients in a host, which to the test is a program like any other."""

    def __init__(self, host, number, name, log):
        super().__init__(name, log)
        self._host = host
        self._number = number

    def do(self, command, **members):
        self.note(f"< {command} {members}")
        self._host.do(command, client=self._number, **members)

    def end(self):
        self._host.leave(self._number)


class Host(Program):
    """A program with many clients, each of which is meant or speaks by its number."""

    def __init__(self, argv, name):
        self._guests = {}
        self._lock = threading.Lock()
        self._last = 0
        super().__init__(argv, name=name)

    def hear(self, line):
        guest = self._guests.get(parse(line).get("client"))
        (guest.hear if guest else super().hear) (line)

    def hear_end(self):
        super().hear_end()
        for guest in list(self._guests.values()):
            guest.hear_end()

    def open(self, name, options, log):
        with self._lock:
            self._last += 1
            guest = Guest(self, str(self._last), name, log)
            self._guests[str(self._last)] = guest
        guest.do("open", options=options)
        return guest

    def leave(self, number):
        if self._guests.pop(number, None):
            self.do("close", client=number)


class World:
    """Starts what is shared when it is first asked for, and ends it all."""

    def __init__(self, places):
        self.places = places
        self._lock = threading.Lock()
        self._hosts = {}
        self._servers = {}

    def host(self, client):
        with self._lock:
            if client not in self._hosts:
                self._hosts[client] = Host(client.host(self.places), client.name)
            return self._hosts[client]

    def server(self, kind, times):
        """One of its kind with those limits, and its address."""
        with self._lock:
            if (kind, times) not in self._servers:
                server = Program(kind.argv(self.places, 0, times), name="server")
                self._servers[kind, times] = server, server.listening(PATIENCE)
            return self._servers[kind, times]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in [*self._hosts.values(), *(server for server, _ in self._servers.values())]:
            program.end()
