# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Part 5: WebSockets by RFC 6455, without SignalR."""

import os

from wire import Failed, Socket, expect


def connect(host):
    base = host.websocket_echo.replace("ws://", "http://").rstrip("/")
    socket = Socket(base, "/")
    expect("the upgrade", socket.status, 101)
    return socket


def messages(host):
    socket = connect(host)
    for message in ("", "text", "é😀" * 1000, b"", b"\0\xff", os.urandom(125), os.urandom(126), os.urandom(65535),
                    os.urandom(65536)):
        socket.send(message)
        expect("the echo", socket.receive(),
               (1, message.encode()) if isinstance(message, str) else (2, message))
    socket.close()


def large(host):
    socket = connect(host)
    message = os.urandom(16 * 1024 * 1024)
    socket.send(message)
    opcode, echo = socket.receive()
    expect("16 MiB", (opcode, len(echo), echo == message), (2, len(message), True))
    socket.send(message + b"x")
    opcode, payload = socket.receive()
    expect("more", (opcode, payload[:2]), (8, b"\x03\xf1"))


def fragments(host):
    socket = connect(host)
    socket.send_frame(1, "¿q".encode(), final=False)
    socket.send_frame(9, b"between")
    socket.send_frame(0, "ué".encode()[:2], final=False)
    socket.send_frame(0, "ué".encode()[2:] + b"?")
    expect("the pong between", socket.receive(), (10, b"between"))
    expect("one message", socket.receive(), (1, "¿qué?".encode()))
    socket.close()


def control_frames(host):
    socket = connect(host)
    for payload in (b"", b"x" * 125):
        socket.send_frame(9, payload)
        expect("a pong", socket.receive(), (10, payload))
    socket.send_frame(10, b"unasked")
    socket.send("after")
    expect("nothing for a pong", socket.receive(), (1, b"after"))
    socket.close()


def closes(host):
    # The code may come back, or be that of a normal end.
    for payload, answer in ((b"", (b"", b"\x03\xe8")), (b"\x03\xe8bye", (b"\x03\xe8", b"\x03\xe8bye")),
                            (b"\x0b\xb8", (b"\x0b\xb8", b"\x03\xe8")), (b"\x0f\xa0", (b"\x0f\xa0", b"\x03\xe8"))):
        socket = connect(host)
        socket.send_frame(8, payload)
        opcode, reason = socket.receive()
        if opcode != 8 or reason not in answer:
            raise Failed(f"{payload!r} answered with {opcode} {reason!r}")
        expect("the end", socket.receive(), (None, b""))


def broken(host):
    def invalid(*frames, code=b"\x03\xea"):
        socket = connect(host)
        for frame in frames:
            socket.send_frame(*frame)
        opcode, reason = socket.receive()
        if opcode != 8 or reason[:2] != code:
            raise Failed(f"{frames} answered with {opcode} {reason!r}")
        socket.close()
    invalid((3, b""))                                # an opcode that is none
    invalid((1 | 0x40, b""))                         # a reserved bit
    invalid((0, b"x"))                               # goes on with nothing
    invalid((1, b"x", False), (1, b"y"))             # begins in the middle
    invalid((9, b"x", False))                        # a ping in pieces
    invalid((9, b"x" * 126))                         # a long one
    invalid((8, b"x"))                               # half a code
    invalid((8, b"\x03\xec"))                        # codes nobody may send
    invalid((8, b"\x03\xed"))
    invalid((8, b"\x00\x01"))
    invalid((1, b"\xff"), code=b"\x03\xef")          # no UTF-8
    invalid((1, b"\xed\xa0\x80"), code=b"\x03\xef")  # a surrogate
    invalid((1, b"\xc3", False), (0, b"\x28"), code=b"\x03\xef")
    socket = connect(host)
    socket.send_bytes(b"\x81\x01x")                  # without a mask
    expect("no mask", socket.receive()[1][:2], b"\x03\xea")


CHECKS = {
    "messages of both types and all lengths": messages,
    "messages of 16 MiB": large,
    "fragments": fragments,
    "pings and pongs": control_frames,
    "closes": closes,
    "what is against the protocol": broken,
}
