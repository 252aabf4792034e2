// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official client of ASP.NET Core SignalR for JavaScript with part 4 of the conformance host, put to the strain: much at
// once, as much as may be, broken off midway, over a link that is cut again and again. Arguments: the addresses of the host,
// as JSON. Prints TAP.
'use strict';

const assert = require ('node:assert');
const net = require ('node:net');
const signalR = require ('@microsoft/signalr');
const { MessagePackHubProtocol } = require ('@microsoft/signalr-protocol-msgpack');

const { HttpTransportType: Transport } = signalR;
const host = JSON.parse (process.argv[2]);
const checks = [];

// A safety net: what is waited for comes much sooner, or never.
const LIMIT = 30000;
const MAX_RECORD = 32768;
const CUTS = 20;

function within (promise, what) {
  let timer;
  const late = new Promise ((_, reject) => {
    timer = setTimeout (() => reject (new Error (`${what} did not come`)), LIMIT);
  });

  return Promise.race ([promise, late]).finally (() => clearTimeout (timer));
}

const quiet = { log () {} };

function build (url, { transport, protocol, stateful, reconnect, ...options } = {}) {
  const builder = new signalR.HubConnectionBuilder ()
    .withUrl (url, { transport, logger: quiet, ...options })
    .configureLogging (quiet);

  if (protocol === 'messagepack')
    builder.withHubProtocol (new MessagePackHubProtocol ());
  if (stateful)
    builder.withStatefulReconnect ();
  if (reconnect)
    builder.withAutomaticReconnect (reconnect);

  return builder.build ();
}

async function connected (url, options, run) {
  const connection = build (url, options);

  await within (connection.start (), 'the start');
  try {
    return await run (connection);
  } finally {
    await connection.stop ();
  }
}

const event = (connection, name) => new Promise ((resolve) => connection[name] (resolve));
const check = (words, run) => checks.push ([words, run]);

// Passes TCP on, until it is cut.
async function relay (to) {
  const { hostname, port } = new URL (to);
  const sockets = new Set ();
  const server = net.createServer ((near) => {
    const far = net.connect (port, hostname);

    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add (one);
      one.pipe (other);
      one.on ('error', () => {});
      one.on ('close', () => { sockets.delete (one); other.destroy (); });
    }
  });

  await new Promise ((resolve) => server.listen (0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address ().port}`,
    cut: () => sockets.forEach ((socket) => socket.resetAndDestroy ()),
    close: () => { server.close (); sockets.forEach ((socket) => socket.destroy ()); },
  };
}

// What came is every number once, in order.
function inOrder (numbers, count) {
  assert.deepStrictEqual (numbers, Array.from ({ length: count }, (_, i) => i));
}

for (const transport of [Transport.WebSockets, Transport.ServerSentEvents, Transport.LongPolling]) {
  const on = (words, run, more = {}) =>
    check (`${Transport[transport]}: ${words}`, () => connected (`${host.twin}/test`, { transport, ...more }, run));

  on ('1,000 calls at once', async (connection) => {
    const calls = Array.from ({ length: 1000 }, (_, i) => connection.invoke ('Add', i, 1));
    inOrder ((await within (Promise.all (calls), 'the answers')).map ((n) => n - 1), 1000);
  });
  on ('1,000 calls and messages in order', async (connection) => {
    const heard = [];
    connection.on ('Group', (_, text) => heard.push (Number (text)));
    await connection.invoke ('Join', Transport[transport]);
    for (let i = 0; i < 1000; i++)
      connection.send ('SendToGroup', Transport[transport], String (i));
    await within (connection.invoke ('Echo', 'end'), 'the end');
    inOrder (heard, 1000);
  });
  on ('a record as large as may be', async (connection) => {
    // What stands around the text: a letter more and the connection ends.
    const around = '{"target":"Echo","arguments":[""],"invocationId":"0","type":1}\x1e'.length;
    const text = 'x'.repeat (MAX_RECORD - around);
    assert.strictEqual (await within (connection.invoke ('Echo', text), 'the answer'), text);
  });
  on ('a record that is larger', async (connection) => {
    const ended = event (connection, 'onclose');
    await assert.rejects (within (connection.invoke ('Echo', 'x'.repeat (MAX_RECORD)), 'the answer'));
    assert.match (String (await within (ended, 'the end')), /Server returned an error on close: Connection closed with an error\./);
  });
  on ('an upload that fails midway', async (connection) => {
    const subject = new signalR.Subject ();
    const sum = connection.invoke ('Upload', subject);
    for (let i = 0; i < 100; i++)
      subject.next (i);
    subject.error (new Error ('enough'));
    await assert.rejects (within (sum, 'the answer'), /HubException: (Error: )?enough/);
    assert.strictEqual (await connection.invoke ('Add', 1, 2), 3);
  });
  on ('uploads beside calls', async (connection) => {
    const subjects = [1, 2, 3].map (() => new signalR.Subject ());
    const sums = subjects.map ((subject) => connection.invoke ('Upload', subject));
    for (let i = 0; i < 200; i++)
      subjects.forEach ((subject, n) => subject.next (i * n));
    assert.strictEqual (await within (connection.invoke ('Add', 1, 2), 'the answer'), 3);
    subjects.forEach ((subject) => subject.complete ());
    assert.deepStrictEqual (await within (Promise.all (sums), 'the sums'), [0, 19900, 39800]);
  });
  on ('streams that are cancelled', async (connection) => {
    for (let i = 0; i < 50; i++)
      connection.stream ('Counter', 1000000, 1).subscribe ({ next () {}, error () {}, complete () {} }).dispose ();
    assert.strictEqual (await within (connection.invoke ('Add', 1, 2), 'the answer'), 3);
  });
  on ('a question that is never answered', async (connection) => {
    connection.on ('Ask', () => new Promise (() => {}));
    connection.invoke ('AskClient', 'well?').catch (() => {});
    assert.strictEqual (await within (connection.invoke ('Add', 1, 2), 'the answer'), 3);
  });

  check (`${Transport[transport]}: stopped while it starts`, async () => {
    for (let i = 0; i < 10; i++) {
      const connection = build (`${host.twin}/test`, { transport });
      const started = connection.start ().then (() => 'started', () => 'refused');
      await within (connection.stop (), 'the stop');
      assert.ok (['started', 'refused'].includes (await within (started, 'the start')));
      await within (connection.start (), 'another start');
      assert.strictEqual (await connection.invoke ('Add', 1, 2), 3);
      await within (connection.stop (), 'its stop');
    }
  });
  check (`${Transport[transport]}: cut and back with another token`, async () => {
    const link = await relay (host.twin);
    const tokens = ['good', 'expires:60', 'good'];
    let asked = 0;
    const options = { transport, reconnect: [0, 0, 100, 500], accessTokenFactory: () => tokens[asked++ % tokens.length] };
    try {
      await connected (`${link.url}/secure`, options, async (connection) => {
        for (let i = 0; i < 3; i++) {
          const back = event (connection, 'onreconnected');
          const before = asked;
          link.cut ();
          await within (back, 'the way back');
          assert.ok (asked > before);
          assert.strictEqual (await within (connection.invoke ('User'), 'the user'), 'alice');
        }
      });
    } finally {
      link.close ();
    }
  });
}

for (const protocol of ['json', 'messagepack']) {
  check (`stateful, ${protocol}: cut ${CUTS} times, and every message once and in order`, async () => {
    const link = await relay (host.twin);
    const here = build (`${link.url}/test`, { transport: Transport.WebSockets, protocol, stateful: true });
    const there = build (`${host.twin}/test`, { transport: Transport.WebSockets });
    const down = [], up = [];
    let count = 0, told = 0;
    here.on ('Group', (_, text) => down.push (Number (text)));
    there.on ('Group', (_, text) => up.push (Number (text)));
    here.onreconnecting (() => told++);
    here.onclose (() => told++);
    await within (Promise.all ([here.start (), there.start ()]), 'the starts');
    const id = here.connectionId;
    await here.invoke ('Join', `down ${protocol}`);
    await there.invoke ('Join', `up ${protocol}`);
    for (let cut = 0; cut < CUTS; cut++) {
      const answers = [];
      for (let i = 0; i < 20; i++, count++) {
        answers.push (here.invoke ('SendToGroup', `up ${protocol}`, String (count)));
        answers.push (there.invoke ('SendToGroup', `down ${protocol}`, String (count)));
        if (i === 10)
          link.cut ();
      }
      await within (Promise.all (answers), 'the answers');
    }
    await within (here.invoke ('Echo', 'end'), 'the end');
    await within (there.invoke ('Echo', 'end'), 'the end');
    inOrder (down, count);
    inOrder (up, count);
    assert.strictEqual (here.connectionId, id);
    assert.strictEqual (told, 0);
    await here.stop ();
    await there.stop ();
    link.close ();
  });
}

(async () => {
  console.log (`1..${checks.length}`);
  for (const [i, [words, run]] of checks.entries ()) {
    try {
      await run ();
      console.log (`ok ${i + 1} - ${words}`);
    } catch (error) {
      console.log (`not ok ${i + 1} - ${words}`);
      console.error (`# ${words}: ${error.stack}`);
    }
  }
  process.exit (0);
}) ();
