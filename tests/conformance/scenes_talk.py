# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes on over a WebSocket for longer than one record, alike with the original and ours.

Left out is where ours is meant to differ: it says what is wrong when a client answers without a result, and
completes the first of two streams of one id."""

import time

from talk import HANDSHAKE, Talk, call, listen, say
from wire import RS


def raw(base):
    """The bytes of answers, not only what they mean."""
    for text in (call("Add", 1, 2), call("Throw"), call("Join", "g"), call("Broadcast", "x"), call("Echo", "a\nb \u00e9 <>&+'\"\u0001"),
                 call("Echo", {"B": 1, "a": {"C": None}}), '{"type":7}' + RS, '{"type":' + RS):
        talk = Talk(base)
        talk.send(text)
        seen = b""
        while b'"type":3' not in seen and b'"type":7' not in seen:
            seen += talk.socket.receive()[1]
        yield text, seen
        talk.close()


def largest(size):
    head, tail = '{"type":1,"invocationId":"1","target":"Add","arguments":[1,2],"more":"', '"}' + RS
    return head + "x" * (size - len(head) - len(tail)) + tail


def messages(base):
    yield "one in pieces", say(base, *call("Add", 1, 2))
    yield "binary", say(base, call("Add", 1, 2).encode())
    yield "empty", say(base, "", b"", call("Add", 1, 2))
    yield "as large as may be", say(base, largest(32768))
    yield "one more", say(base, largest(32769), end=False)
    yield "without end", say(base, "x" * 40000, end=False)
    yield "after a close", say(base, '{"type":7}' + RS + call("Add", 1, 2), end=False)
    yield "a close with an error", say(base, '{"type":7,"error":"away"}' + RS, end=False)
    yield "abort", say(base, call("Abort"), end=False)
    yield "behind an abort", say(base, '{"type":1,"target":"Abort","arguments":[]}' + RS + call("Add", 1, 2), end=False)[-2:]


def frames(base):
    """By RFC 6455, and against it."""
    def after(send):
        talk = Talk(base)
        send(talk.socket)
        seen = talk.until_end()
        talk.close()
        # Whether its word comes before the reset is a race with the original.
        return "refused" if seen in ([None], [("closed", 1002)]) else seen
    for code in (b"", b"\x03\xe8", b"\x03\xe9bye", b"\x0f\xa0", b"\x03\xed", b"\x01"):
        yield f"close frame {code}", after(lambda socket, code=code: socket.send_frame(8, code))
    for opcode in (3, 11):
        yield f"opcode {opcode}", after(lambda socket, opcode=opcode: socket.send_frame(opcode, b"x"))
    yield "long ping", after(lambda socket: socket.send_frame(9, b"p" * 126))
    yield "continuation of nothing", after(lambda socket: socket.send_frame(0, b"x"))
    yield "not UTF-8", after(lambda socket: socket.send_frame(1, b'{"type":6,"a":"\xff"}\x1e'))
    yield "not masked", after(lambda socket: socket.send_bytes(b"\x81\x05hello"))
    yield "reserved bit", after(lambda socket: socket.send_bytes(b"\xc1\x80\0\0\0\0"))
    yield "a length of 2^64", after(lambda socket: socket.send_bytes(b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0"))
    talk = Talk(base)
    text = call("Add", 1, 2).encode()
    talk.socket.send_frame(1, text[:9], False)
    talk.socket.send_frame(9, b"p")
    yield "a ping between fragments", talk.socket.receive()
    talk.socket.send_frame(0, text[9:])
    yield "the fragments", talk.record()
    talk.send('{"type":7}' + RS)
    talk.socket.send_frame(8, b"")
    yield "close and close frame", talk.until_end()[-1]
    talk.close()


ITEM = '{"type":2,"invocationId":"a","item":%s}' + RS
ITEM_END = '{"type":3,"invocationId":"a"%s}' + RS


def streams_up(base):
    begin = call("Upload", more=',"streamIds":["a"]')
    end = ITEM_END % ""
    for words, text in (("sum", ITEM % 7 + ITEM % 8 + end), ("none", end), ("error", ITEM % 1 + ITEM_END % ',"error":"gone"'),
                        ("result", ITEM % 1 + ITEM_END % ',"result":9'), ("item first", '{"type":2,"item":5,"invocationId":"a"}' + RS + end),
                        ("late items", end + ITEM % 1 + ITEM % 2), ("cancel", '{"type":5,"invocationId":"1"}' + RS + ITEM % 3 + end),
                        ("cancel of its stream", '{"type":5,"invocationId":"a"}' + RS + ITEM % 3 + end),
                        ("many", "".join(ITEM % number for number in range(200)) + end),
                        *((value, ITEM % value + end) for value in ('"x"', '1.5', 'null', '{}', '99999999999'))):
        yield words, listen(base, begin + text, 1)
    yield "error and result", say(base, begin + ITEM_END % ',"error":"x","result":9')
    yield "item without", say(base, begin + '{"type":2,"invocationId":"a"}' + RS)
    yield "no answer", say(base, '{"type":1,"target":"Upload","arguments":[],"streamIds":["a"]}' + RS + ITEM % 1 + end)
    yield "id of a call", listen(base, begin + call("Add", 1, 2, name="a") + ITEM % 4 + end, 2)


def streams_down(base):
    for count in (0, 3, 1000):
        yield count, listen(base, call("Counter", count, 0, kind=4), count + 1)
    yield "less than none", listen(base, call("Counter", -1, 0, kind=4), 1)
    forever = call("Counter", 1, 600000, kind=4)
    yield "cancelled", listen(base, forever + '{"type":5,"invocationId":"1"}' + RS, 1)
    yield "the same id", listen(base, forever + call("Counter", 1, 0, kind=4), 1)
    talk = Talk(base)
    talk.send(forever + call("Counter", 1, 0, kind=4, name="2"))
    yield "another beside it", talk.records(2)
    talk.send(call("Add", 1, 2))
    yield "a call of its id", talk.record()
    talk.send('{"type":5,"invocationId":"1"}' + RS + '{"type":5,"invocationId":"1"}' + RS)
    yield "cancelled twice", talk.record()
    talk.send(call("Counter", 1, 0, kind=4))
    yield "its id again", talk.records(2)
    talk.send(call("Delay", 600000, name="3") + call("Counter", 1, 0, kind=4, name="4"))
    yield "a stream beside a call", talk.records(2)
    talk.close()


def client_results(base):
    for answer in (',"result":7', ',"result":null', ',"error":"no thanks"', ',"result":{"a":[1]}', ',"error":"x","result":1'):
        talk = Talk(base)
        talk.send(call("AskClient", "q"))
        question = talk.record()
        name = question.pop("invocationId")
        yield f"{answer}: the question", (question, name[0], name[1:].isdigit())
        talk.send('{"type":3,"invocationId":"%s"%s}' % (name, answer) + RS)
        yield answer, talk.record()
        talk.close()
    talk, other = Talk(base), Talk(base)
    talk.send(call("AskClient", "q"))
    answer = '{"type":3,"invocationId":"%s","result":1}' % talk.record()["invocationId"] + RS
    other.send(answer)
    yield "another's", other.records(2)
    talk.send(answer)
    yield "its own behind that", talk.record()
    talk.close()
    talk = Talk(base)
    talk.send(call("AskClient", "q") + call("Add", 1, 2, name="2"))
    yield "a call meanwhile", [record["target"] if record["type"] == 1 else record for record in talk.records(2)]
    talk.close()


def order(base):
    talk = Talk(base)
    talk.send(call("Delay", 100, name="1") + call("Add", 1, 2, name="2") + call("Delay", 50, name="3") + call("Echo", 7, name="4"))
    yield "calls", talk.records(4)
    talk.send('{"type":1,"target":"Delay","arguments":[100]}' + RS + call("Add", 1, 2))
    yield "behind one without answer", talk.record()
    talk.close()


def limits_of_time(base):
    """To half a second; heartbeats of the original are a second apart."""
    def after(seen, begin):
        return seen, time.monotonic() - begin < 4
    begin = time.monotonic()
    talk = Talk(base, handshake=None)
    yield "no handshake", after([talk.record(), talk.record()], begin)
    begin = time.monotonic()
    talk = Talk(base, handshake=None)
    talk.send(HANDSHAKE[:-1])
    yield "half of it", after([talk.record(), talk.record()], begin)
    begin = time.monotonic()
    talk = Talk(base)
    talk.send('{"type":6}' + RS)
    yield "silent", after(talk.records(2), begin)
    talk = Talk(base)
    talk.send('{"type":6}' + RS + call("Delay", 3000) + call("Add", 1, 2, name="2"))
    yield "not silent while it waits", talk.records(2)
    talk.close()


limits_of_time.options = ("--handshake-timeout-ms", "1000", "--client-timeout-ms", "1500", "--keep-alive-ms", "400")

SCENES = {
    "bytes": raw,
    "messages": messages,
    "frames": frames,
    "streams up": streams_up,
    "streams down": streams_down,
    "client results": client_results,
    "order": order,
    "limits of time": limits_of_time,
}
