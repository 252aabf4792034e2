# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before several servers and sends each connection to one of them."""

import itertools
import socket
import threading


class Balancer:
    """Sends one connection after the other to the servers in turn, or nowhere while there are none."""

    def __init__(self, *ports):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = set()
        self._lock = threading.Lock()
        self.port = self._listener.getsockname()[1]
        self.point(*ports)
        threading.Thread(target=self._accept, daemon=True).start()

    def point(self, *ports):
        self._ports = itertools.cycle(ports) if ports else None

    def cut(self):
        """Whoever is connected is not any more."""
        with self._lock:
            for end in self._open:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def end(self):
        self.point()
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        ports = self._ports
        try:
            server = socket.create_connection(("127.0.0.1", next(ports))) if ports else None
        except OSError:
            server = None
        if server is None:
            client.close()
            return
        with self._lock:
            self._open |= {client, server}
        other = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
        other.start()
        self._pass_on(client, server)
        other.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    @staticmethod
    def _pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
