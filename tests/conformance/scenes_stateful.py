# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stateful reconnect, alike with the original and ours."""

import json

from scenes_http import ask, upgrade
from talk import END, Talk, call
from wire import RS

SECOND = '{"protocol":"json","version":2}' + RS


def negotiate(base, value="true"):
    return json.loads(ask(base, "POST", f"/test/negotiate?negotiateVersion=1&useStatefulReconnect={value}")[2])


class Stateful:
    """A connection that outlives its sockets."""

    def __init__(self, base, handshake=SECOND):
        self._base = base
        self.target = f"/test?id={negotiate(base)['connectionToken']}"
        self.talk = Talk(base, handshake, self.target)

    def cut(self):
        """Without a goodbye. What is asked behind it is answered when the servers know; the original ends a
        connection that comes back sooner."""
        self.talk.reset()
        for _ in range(20):
            negotiate(self._base)

    def resume(self):
        self.talk = Talk(self._base, None, self.target)
        return self.talk.socket.status

    def sequence(self, number):
        self.talk.send('{"type":9,"sequenceId":%d}' % number + RS)

    def record(self):
        """The next but acknowledgements, which come when they come."""
        while isinstance(record := self.talk.record(), dict) and record["type"] == 8:
            pass
        return record

    def records(self, count):
        return [self.record() for _ in range(count)]

    def heard(self):
        """Up to the answer to END."""
        self.talk.send(END)
        return [record for record in self.talk.until_end() if not (isinstance(record, dict) and record["type"] == 8)]


def negotiations(base):
    for value in ("true", "TRUE", "True", "false", "1", "", "yes", "%20true"):
        yield value, negotiate(base, value).get("useStatefulReconnect")


def resumes(base):
    one = Stateful(base)
    one.talk.send(call("Add", 1, 2))
    yield "a call", one.talk.record()
    yield "acknowledged", one.talk.record()
    one.cut()
    yield "resumed", one.resume()
    one.sequence(2)
    yield "what is sent again", one.records(2)
    one.talk.send(call("Add", 3, 4, name="2"))
    yield "goes on", one.record()
    one.cut()
    one.resume()
    one.sequence(1)
    one.talk.send(call("Add", 1, 2) + call("Add", 3, 4, name="2") + call("Add", 5, 6, name="3"))
    yield "repeated", one.records(4)
    one.talk.send('{"type":8,"sequenceId":3}' + RS)
    yield "all acknowledged", one.heard()
    one.cut()
    one.resume()
    one.sequence(5)
    yield "the rest of it", one.records(2)
    one.talk.close()


def unsaid(base):
    """A socket that comes back without a Sequence."""
    one = Stateful(base)
    one.talk.send(call("Add", 1, 2))
    one.talk.record()
    one.cut()
    one.resume()
    yield "resumed", one.records(2)
    yield "goes on", one.heard()
    one.talk.close()


def numbers(base):
    for number in (2, 99):
        one = Stateful(base)
        one.sequence(number)
        yield f"Sequence {number} at first", one.heard()
    for number in (-1, 0, 1, 99):
        one = Stateful(base)
        one.talk.send(call("Add", 1, 2))
        one.talk.record()
        one.talk.send('{"type":8,"sequenceId":%d}' % number + RS)
        yield f"Ack {number}", one.heard()


def ends(base):
    one = Stateful(base)
    one.talk.send('{"type":7}' + RS)
    yield "closed", one.talk.records(2)
    yield "and back", one.resume() in (404, 409, 204)
    one = Stateful(base)
    one.talk.socket.send_frame(8, b"\x03\xe8")
    yield "close frame", one.talk.record()
    yield "and back from that", one.resume() in (404, 409, 204)
    one = Stateful(base)
    one.talk.send(call("Abort"))
    yield "aborted", one.talk.records(2)
    yield "and back from there", one.resume() in (404, 409, 204)
    one = Stateful(base, '{"protocol":"json","version":1}' + RS)
    yield "a second socket with version 1", upgrade(base, one.target)[0]
    one = Stateful(base)
    yield "as a poll", ask(base, "GET", one.target)
    yield "as events", ask(base, "GET", one.target, Accept="text/event-stream")[::2]
    yield "a post", ask(base, "POST", one.target, END)
    yield "its end", ask(base, "DELETE", one.target)


for _scene in (negotiations, resumes, unsaid, numbers, ends):
    _scene.options = ("--stateful", "true")

SCENES = {
    "stateful: negotiations": negotiations,
    "stateful: resumes": resumes,
    "stateful: resumed without a word": unsaid,
    "stateful: numbers": numbers,
    "stateful: ends": ends,
}
