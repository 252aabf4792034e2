# SPDX-FileCopyrightText: 2026 The Tertulia authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as text, whose answers the original and ours are to give alike.

Left out is where ours is meant to differ: it reads JSON strictly (nothing behind a record, no number
beyond a double), refuses calls with \\u0000 or half of a surrogate pair, which it cannot hold, and keeps of whole numbers
beyond 64 bits what a double does."""

import re

from talk import call, say
from wire import RS

DETAILED = ("--detailed-errors", "true")


def handshakes(base):
    for text in ('{"protocol":"json","version":1}', '{"protocol":"JSON","version":1}', '{"protocol":"json","version":2}',
                 '{"protocol":"json","version":0}', '{"protocol":"json","version":-1}', '{"protocol":"json","version":3}',
                 '{"protocol":"json","version":99999999999}', '{"protocol":"json","version":1.0}',
                 '{"protocol":"json","version":1.5}', '{"protocol":"json","version":"1"}', '{"protocol":"json","version":null}',
                 '{"protocol":"json"}', '{"version":1}', '{"protocol":null,"version":1}', '{"protocol":"","version":1}',
                 '{"protocol":7,"version":1}', '{"protocol":"foo","version":1}', '{"protocol":"foo","version":7}',
                 '{"protocol":"f\u00e9\\u0001\\"o","version":1}', '{"protocol":"json","version":1,"more":[1,{"a":null}]}',
                 '{"Protocol":"json","version":1}', '{"version":1,"protocol":"json"}',
                 '{"protocol":"foo","protocol":"json","version":1}', '', ' ', '[]', '7', 'null', '{',
                 '{"protocol":"json","version":1', ' {"protocol":"json","version":1} ', '{"protocol":"json","version":1,}',
                 "{'protocol':'json','version':1}", '{"type":6}', call("Echo", 1)[:-1], '{"protocol":"json","version":1,"type":6}',
                 '\ufeff{"protocol":"json","version":1}', '{"protocol":"json" /*a*/,"version":1}'):
        yield text, say(base, text + RS, handshake=None)
    text = '{"protocol":"json","version":1}' + RS
    yield "binary", say(base, text.encode(), handshake=None)
    yield "in pieces", say(base, *text, handshake=None)
    yield "with more behind", say(base, text + call("Add", 1, 2), handshake=None)
    yield "not UTF-8", say(base, text.encode().replace(b"json", b"js\xffn"), handshake=None)
    for size in (32000, 40000):
        text = '{"protocol":"json","version":1,"a":"%s"}' % ("x" * size) + RS
        yield size, say(base, text, handshake=None, end=size < 32768)


ADD = '{"type":1,"invocationId":"1","target":"Add","arguments":[1,2]%s}'
ENVELOPES = (
    *(ADD % more for more in
      ('', ',"streamIds":null', ',"streamIds":[]', ',"streamIds":[null]', ',"streamIds":["9"]', ',"streamIds":{}', ',"streamIds":[""]',
       ',"headers":null', ',"headers":{}', ',"headers":{"a":"b"}', ',"headers":{"a":1}', ',"headers":{"a":null}', ',"headers":[]',
       ',"allowReconnect":null', ',"more":{"a":[1,{}]}')),
    *('{"type":1,"invocationId":%s,"target":"Add","arguments":[1,2]}' % name for name in ('null', '1', '""', '{}', '"\\ud83d\\ude00"')),
    *('{"type":1,"invocationId":"1",%s"arguments":[]}' % target for target in ('', '"target":null,', '"target":"",', '"target":7,')),
    *('{"type":1,"invocationId":"1","target":"Add"%s}' % args for args in
      ('', ',"arguments":null', ',"arguments":{}', ',"arguments":"x"')),
    '{"type":1,"target":"Add","arguments":null}', '{"type":1}', '{"type":1,"invocationId":"1","arguments":null,"target":"Add"}',
    '{"arguments":[1,2],"target":"Add","invocationId":"1","type":1}', '{"arguments":[1,"x"],"target":"Add","invocationId":"1","type":1}',
    '{"type":1,"type":1,"invocationId":"0","invocationId":"1","target":"Nope","target":"Add","arguments":[1,2]}',
    '{"Type":1,"invocationId":"1","target":"Add","arguments":[1,2]}', '{"type":1,"invocationID":"1","target":"Add","arguments":[1,2]}',
    '{"type":"1"}', '{"type":null}', '{"type":true}', '{}', '', ' ', '{', '}', ' {"type":6} ', '{"type":6,}', '{"type":6,"a":}',
    "{'type':6}", '{type:6}', '{"type":6,"a":NaN}', '{"type":6,"a":01}', '{"type":6,"a":"\\x"}', '{"type":6,"a":"\t"}',
    '\ufeff{"type":6}', '{"type":6,"more":1}', '{"type":6,"error":null}', '{"type":6,"invocationId":null}',
    '{"type":2,"invocationId":"9","item":1}', '{"type":2,"invocationId":"9","item":null}', '{"type":2,"invocationId":"9"}',
    '{"type":2,"item":1}', '{"type":2,"invocationId":null,"item":1}',
    *('{"type":3,"invocationId":"9"%s}' % more for more in
      ('', ',"result":1', ',"result":null', ',"error":"x"', ',"error":null', ',"error":7', ',"error":""', ',"error":"x","result":1',
       ',"error":"","result":1')),
    '{"type":3}', '{"type":3,"invocationId":""}', '{"type":3,"result":1,"invocationId":"9"}',
    '{"type":4,"target":"Counter","arguments":[2,0]}', '{"type":4,"invocationId":"","target":"Counter","arguments":[2,0]}',
    '{"type":4,"invocationId":"1","target":"Counter"}',
    '{"type":5,"invocationId":"9"}', '{"type":5}', '{"type":5,"invocationId":""}', '{"type":5,"invocationId":null}',
    '{"type":7,"error":null}', '{"type":7,"allowReconnect":null}', '{"type":7,"allowReconnect":"x"}',
    *('{"type":8%s}' % number for number in
      ('', ',"sequenceId":null', ',"sequenceId":"1"', ',"sequenceId":1', ',"sequenceId":-1')),
    '{"type":9}', '{"type":9,"sequenceId":null}', '{"type":9,"sequenceId":7}', '{"type":9,"sequenceId":0}',
)

CALLS = (
    call("add", 1, 2), call("Nope"), call("Nope'\u00e9<"), call("Add", 1), call("Add", 1, 2, 3), call("Add", "1", 2), call("Add", 1.5, 2),
    call("Add", None, 2), call("Add", 99999999999, 2), call("Add", [], 2), call("Add", True, 2), call("Add", 1.0, 2),
    '{"type":1,"invocationId":"1","target":"Add","arguments":[1e0,2]}' + RS,
    '{"type":1,"target":"Nope","arguments":[]}' + RS, '{"type":1,"target":"Throw","arguments":[]}' + RS,
    '{"type":1,"target":"Add","arguments":["x"]}' + RS, call("Add", 1, 2, name="s1"), call("Add", 1, 2) + call("Add", 3, 4),
    call("Throw"), call("ThrowHubException"), call("OnConnectedAsync"), call("Dispose"), call("ToString"),
    call("Counter", 2, 0), call("Add", 1, 2, kind=4), call("Nope", kind=4), call("Counter", 1, kind=4), call("Counter", "x", 1, kind=4),
    call("Counter", 2, 0, kind=4, more=',"streamIds":["7"]'),
    call("Upload"), call("Upload", 1), call("Upload", more=',"streamIds":[]'), call("Upload", more=',"streamIds":["a","b"]'),
    call("Upload", more=',"streamIds":["a"]', kind=4),
    call("Broadcast", "x"), call("Broadcast", None), call("Broadcast", 7), call("Join", "g"), call("Leave", "none"),
    call("SendToGroup", "none", "x"),
    *('{"type":1,"invocationId":"1","target":"Echo","arguments":[%s]}' % value + RS for value in
      ('null', 'true', '0', '-0', '1.0', '1.50', '1e5', '9007199254740993', '0.1', '""', '"a\\u001eb"', '"\\ud83d\\ude00 \\u2028 <>&+\'"',
       '"\\u007f\\u0085"', '"\u00e9"', '[]', '{}', '[[[]]]', '{"b":1,"a":2}', '{"":null}', '"\\/"', "[" * 60 + "]" * 60,
       "[" * 62 + "]" * 62, "[" * 63 + "]" * 63, "[" * 70 + "]" * 70)),
)


def envelopes(base):
    for text in ENVELOPES:
        yield text, say(base, text + RS)


def calls(base):
    for text in CALLS:
        yield text, say(base, text)


def plain(seen):
    """Ours says where JSON is wrong, and what."""
    return [re.sub("Invalid JSON at offset.*", "Error reading JSON.", record["error"]) if isinstance(record, dict) and "error" in record
            else record for record in seen]


def detailed_envelopes(base):
    for text in ENVELOPES:
        yield text, plain(say(base, text + RS))


def detailed_calls(base):
    for text in CALLS:
        yield text, plain(say(base, text))


detailed_envelopes.options = detailed_calls.options = DETAILED

SCENES = {
    "handshakes": handshakes,
    "envelopes": envelopes,
    "envelopes, errors in detail": detailed_envelopes,
    "calls": calls,
    "calls, errors in detail": detailed_calls,
}
