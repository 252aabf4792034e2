// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official client of ASP.NET Core SignalR for JavaScript with the conformance host: what its own
// functional tests do, by our words. Arguments: the addresses of the host, as JSON. Prints TAP.
'use strict';

const assert = require ('node:assert');
const signalR = require ('@microsoft/signalr');
const { MessagePackHubProtocol } = require ('@microsoft/signalr-protocol-msgpack');

const { HttpTransportType: Transport } = signalR;
const host = JSON.parse (process.argv[2]);
const checks = [];

// A safety net: what is waited for comes much sooner, or never.
const LIMIT = 20000;

function within (promise, what) {
  let timer;
  const late = new Promise ((_, reject) => {
    timer = setTimeout (() => reject (new Error (`${what} did not come`)), LIMIT);
  });

  return Promise.race ([promise, late]).finally (() => clearTimeout (timer));
}

// Nothing is logged but the words here.
const quiet = { log () {} };

function build (url, { transport, protocol, stateful, ...options } = {}) {
  const builder = new signalR.HubConnectionBuilder ()
    .withUrl (url, { transport, logger: quiet, ...options })
    .configureLogging (quiet);

  if (protocol === 'messagepack')
    builder.withHubProtocol (new MessagePackHubProtocol ());
  if (stateful)
    builder.withStatefulReconnect ();

  return builder.build ();
}

// Runs with a connection that is stopped behind it.
async function connected (url, options, run) {
  const connection = build (url, options);

  await within (connection.start (), 'the start');
  try {
    return await run (connection);
  } finally {
    await connection.stop ();
  }
}

const called = (connection, method) => new Promise ((resolve) => connection.on (method, (...args) => resolve (args)));
const closed = (connection) => new Promise ((resolve) => connection.onclose (resolve));

function collect (stream) {
  return new Promise ((resolve, reject) => {
    const items = [];
    stream.subscribe ({ next: (item) => items.push (item), error: reject, complete: () => resolve (items) });
  });
}

function rejects (promise, message) {
  return assert.rejects (promise, (error) => {
    assert.ok (error.message.includes (message), `${error.message} instead of ${message}`);
    return true;
  });
}

async function text (url, options) {
  return (await fetch (url, options)).text ();
}

const check = (words, run) => checks.push ([words, run]);

for (const transport of [Transport.WebSockets, Transport.ServerSentEvents, Transport.LongPolling]) {
  for (const protocol of ['json', 'messagepack']) {
    // Event streams are text.
    if (protocol === 'messagepack' && transport === Transport.ServerSentEvents)
      continue;

    const options = { transport, protocol };
    const on = (words, url, run, more = {}) =>
      check (`${Transport[transport]}, ${protocol}: ${words}`, () => connected (url, { ...options, ...more }, run));
    const core = (words, run, more) => on (words, `${host.core}/testhub`, run, more);

    core ('calls and results', async (connection) => {
      assert.strictEqual (await connection.invoke ('Echo', 'hé “world” 😀'), 'hé “world” 😀');
      assert.strictEqual (await connection.invoke ('eCHO', 'x'), 'x');
      assert.strictEqual (await connection.invoke ('GetCallerConnectionId'), connection.connectionId);
      assert.strictEqual (await connection.invoke ('GetActiveTransportName'), Transport[transport]);
      await connection.send ('Echo', 'nobody waits');
    });
    core ('errors', async (connection) => {
      const unexpected = (method) =>
        `An unexpected error occurred invoking '${method}' on the server. InvalidOperationException: An error occurred.`;
      await rejects (connection.invoke ('ThrowException', 'x'), unexpected ('ThrowException'));
      await rejects (collect (connection.stream ('StreamThrowException', 'x')), unexpected ('StreamThrowException'));
      await rejects (connection.invoke ('EmptyStream'), "The client attempted to invoke the streaming 'EmptyStream' method with a non-streaming invocation.");
      await rejects (collect (connection.stream ('Echo', 'x')), "The client attempted to invoke the non-streaming 'Echo' method with a streaming invocation.");
      assert.strictEqual (await connection.invoke ('Echo', 'still'), 'still');
    });
    core ('streams', async (connection) => {
      assert.deepStrictEqual (await within (collect (connection.stream ('Stream')), 'the end'), ['a', 'b', 'c']);
      assert.deepStrictEqual (await within (collect (connection.stream ('EmptyStream')), 'the end'), []);
      const cancelled = called (connection, 'StreamCanceled');
      connection.stream ('InfiniteStream').subscribe ({ next () {}, error () {}, complete () {} }).dispose ();
      await within (cancelled, 'StreamCanceled');
    });
    core ('uploads', async (connection) => {
      const good = new signalR.Subject ();
      const joined = connection.invoke ('StreamingConcat', good);
      for (const item of ['Hello', ' ', 'world', '!'])
        good.next (item);
      good.complete ();
      assert.strictEqual (await within (joined, 'the result'), 'Hello world!');
      const bad = new signalR.Subject ();
      const failed = connection.invoke ('StreamingConcat', bad);
      bad.error (new Error ('Something bad'));
      await rejects (failed, "An unexpected error occurred invoking 'StreamingConcat' on the server. HubException:");
    });
    core ('calls of the server', async (connection) => {
      const message = called (connection, 'Message');
      await connection.invoke ('InvokeWithString', 'hello');
      assert.deepStrictEqual (await within (message, 'Message'), ['hello']);
      const custom = called (connection, 'CustomObject');
      await connection.invoke ('SendCustomObject', { Name: 'test', Value: 42 });
      assert.deepStrictEqual (await within (custom, 'CustomObject'), [{ Name: 'test', Value: 42 }]);
    });
    core ('values of all kinds', async (connection) => {
      const binary = protocol === 'messagepack';
      const sent = {
        String: 'Hello, World!', IntArray: [1, 2, 3, 4, 5], ByteArray: binary ? new Uint8Array ([1, 2, 3]) : 'AQID',
        Guid: '00010203-0405-0607-0706-050403020100', DateTime: binary ? new Date (Date.UTC (2002, 3, 1)) : '2002-04-01T00:00:00Z',
      };
      const plain = (value) => ({ ...value, ByteArray: binary ? Array.from (value.ByteArray) : value.ByteArray });
      assert.deepStrictEqual (plain (await connection.invoke ('EchoComplexObject', sent)), plain (sent));
      assert.deepStrictEqual (plain (await connection.invoke ('SendComplexObject')), {
        String: 'hello world', IntArray: [1, 2, 3], ByteArray: binary ? [1, 2, 3] : 'AQID',
        Guid: '00010203-0405-0607-0706-050403020100', DateTime: binary ? new Date (Date.UTC (2000, 0, 1)) : '2000-01-01T00:00:00Z',
      });
    });
    core ('headers and cookies', async (connection) => {
      assert.strictEqual (await connection.invoke ('GetHeader', 'X-Asked'), 'yes');
      assert.strictEqual (await connection.invoke ('GetHeader', 'X-None'), null);
      assert.match (await connection.invoke ('GetHeader', 'User-Agent'), /^Microsoft SignalR\//);
      assert.strictEqual (await connection.invoke ('GetCookie', 'testCookie'), 'testValue');
      assert.strictEqual (await connection.invoke ('GetCookie', 'testCookie2'), 'testValue2');
      assert.strictEqual (await connection.invoke ('GetCookie', 'expiredCookie'), null);
    }, { headers: { 'X-Asked': 'yes' } });
    core ('results of the client', async (connection) => {
      const ask = () => within (text (`${host.core}/clientresult/${connection.connectionId}`), 'the answer');
      connection.on ('Result', () => 10);
      assert.strictEqual (await ask (), '10');
      connection.off ('Result');
      connection.on ('Result', () => { throw new Error ('from callback'); });
      assert.strictEqual (await ask (), 'Error: from callback');
      connection.off ('Result');
      assert.strictEqual (await ask (), "Client didn't provide a result.");
    });
    core ('stopped and started again', async (connection) => {
      const before = connection.connectionId;
      const message = called (connection, 'Message');
      await connection.stop ();
      await connection.start ();
      assert.notStrictEqual (connection.connectionId, before);
      await connection.invoke ('InvokeWithString', 'again');
      assert.deepStrictEqual (await within (message, 'Message'), ['again']);
    });
    on ('a hub without WebSockets', `${host.core}/testhub-nowebsockets`, async (connection) => {
      assert.notStrictEqual (await connection.invoke ('GetActiveTransportName'), 'WebSockets');
    }, transport === Transport.WebSockets ? { transport: undefined } : {});
    check (`${Transport[transport]}, ${protocol}: a hub that cannot be created`, async () => {
      const connection = build (`${host.core}/uncreatable`, options);
      const end = closed (connection);
      // The start may have ended before, or not.
      const error = await within (connection.start ().then (() => end, (failure) => failure), 'the end');
      assert.ok (error.message.includes ("Unable to resolve service for type 'System.Object' while attempting to activate 'FunctionalTests.UncreatableHub'."), error.message);
    });
    check (`${Transport[transport]}, ${protocol}: tokens`, async () => {
      const url = `${host.core}/authorizedhub`;
      await rejects (build (url, options).start (), 'Unauthorized');
      const accessTokenFactory = () => text (`${host.core}/generateJwtToken`);
      assert.strictEqual (await connected (url, { ...options, accessTokenFactory }, (c) => c.invoke ('Echo', 'in')), 'in');
    });
    check (`${Transport[transport]}, ${protocol}: redirections`, async () => {
      const url = `${host.core}/redirect?numRedirects=0&baseUrl=${encodeURIComponent (host.core)}`;
      const connection = build (url, options);
      await connection.start ();
      const first = await connection.invoke ('GetNumRedirects');
      await connection.stop ();
      await connection.start ();
      assert.ok (await connection.invoke ('GetNumRedirects') > first);
      await connection.stop ();
    });

    const core2 = (words, run, more) => on (`second host: ${words}`, `${host.core2}/default`, run, more);

    core2 ('calls', async (connection) => {
      assert.strictEqual (await connection.invoke ('HelloWorld'), 'Hello World!');
      assert.strictEqual (await connection.invoke ('Echo', null), null);
      assert.strictEqual (await connection.invoke ('GetHttpProtocol'), 'HTTP/1.1');
      assert.strictEqual (await connection.invoke ('GetUserIdentifier'), 'ana');
      assert.deepStrictEqual (await connection.invoke ('GetHeaderValues', ['X-One', 'X-Two']), ['1', null]);
      const [local, remote, ...addresses] = await connection.invoke ('GetIHttpConnectionFeatureProperties');
      assert.deepStrictEqual ([String (local), addresses], [new URL (host.core2).port, ['127.0.0.1', '127.0.0.1']]);
      assert.notStrictEqual (remote, local);
      const echo = called (connection, 'Echo');
      await connection.invoke ('CallEcho', 'back');
      assert.deepStrictEqual (await within (echo, 'Echo'), ['back']);
      await connection.invoke ('CallHandlerThatDoesntExist');
    }, { headers: { 'Super-Insecure-UserName': 'ana', 'X-One': '1' } });
    core2 ('streams', async (connection) => {
      assert.deepStrictEqual (await within (collect (connection.stream ('Stream', 5)), 'the end'), [0, 1, 2, 3, 4]);
      for (const [method, items] of [['StreamEcho', ['a', 'b']], ['StreamEchoInt', [1, 2]], ['StreamIAsyncConsumer', [3, 4]]]) {
        const up = new signalR.Subject ();
        const down = collect (connection.stream (method, up));
        items.forEach ((item) => up.next (item));
        up.complete ();
        assert.deepStrictEqual (await within (down, 'the end'), items);
      }
      await rejects (collect (connection.stream ('StreamException')), 'InvalidOperationException: Error occurred while streaming.');
      await rejects (collect (connection.stream ('StreamBroken')), "The value returned by the streaming method 'StreamBroken' is not a ChannelReader<> or IAsyncEnumerable<>.");
    });
    core2 ('errors', async (connection) => {
      await rejects (connection.invoke ('!@#$%'), "Failed to invoke '!@#$%' due to an error on the server. HubException: Method does not exist.");
      await rejects (connection.invoke ('Echo', 1, 2), 'Invocation provides 2 argument(s) but target expects 1.');
      await rejects (collect (connection.stream ('StreamEcho', ['list'])), 'Invocation provides 1 argument(s) but target expects 0.');
      await rejects (collect (connection.stream ('Stream', 'xyz')), 'Error binding arguments.');
    });
    for (const method of ['GetUnserializableObject', 'CallWithUnserializableObject', 'Abort']) {
      check (`${Transport[transport]}, ${protocol}: second host: ${method}`, async () => {
        const connection = build (`${host.core2}/default`, options);
        const end = closed (connection);
        await connection.start ();
        connection.invoke (method).catch (() => {});
        const error = await within (end, 'the end');
        if (method === 'Abort')
          assert.strictEqual (error, undefined);
        else
          assert.ok (error.message.includes (protocol === 'json'
            ? 'A possible object cycle was detected.'
            : 'Failed to serialize Microsoft.AspNetCore.SignalR.Client.FunctionalTests.TestHub+Unserializable value.'), error.message);
      });
    }
  }
}

check ('negotiations that fail', async () => {
  await rejects (build (`${host.core}/bad-negotiate`).start (), "Status code '400'");
  await rejects (build (`${host.core2}/negotiateProtocolVersion12`).start (), "The client requested version '1', but the server does not support this version.");
  await connected (`${host.core2}/negotiateProtocolVersionNegative`, {}, (connection) => connection.invoke ('HelloWorld'));
});
check ('a redirection with a token', async () => {
  assert.strictEqual (await connected (`${host.core2}/redirect/x`, {}, (connection) => connection.invoke ('Echo', 'in')), 'in');
});
check ('stateful reconnect', () => connected (`${host.core2}/default`, { stateful: true, transport: Transport.WebSockets }, async (connection) => {
  const id = connection.connectionId;
  const echo = called (connection, 'Echo');
  const call = connection.invoke ('CallEcho', 'while cut');
  // The socket goes, and nobody has said goodbye.
  connection.connection.transport._webSocket.terminate ();
  await within (call, 'the result');
  assert.deepStrictEqual (await within (echo, 'Echo'), ['while cut']);
  assert.strictEqual (await connection.invoke ('GetCallerConnectionId'), id);
}));
check ('versions', () => connected (`${host.versions}/version`, {}, async (connection) => {
  assert.strictEqual (await connection.invoke ('Echo', 'x'), 'x');
}));

async function main () {
  let failed = false;
  let number = 0;

  console.log (`1..${checks.length}`);
  // Several at once: they wait more than they work.
  const results = checks.map (() => null);
  const queue = checks.map ((_, i) => i);
  await Promise.all (Array.from ({ length: 8 }, async () => {
    while (queue.length > 0) {
      const i = queue.shift ();
      results[i] = await checks[i][1] ().then (() => null, (error) => error);
    }
  }));
  for (const [words] of checks) {
    const error = results[number++];
    console.log (`${error ? 'not ok' : 'ok'} ${number} - ${words}`);
    if (error)
      console.error (`# ${String (error.stack).replaceAll ('\n', '\n# ')}`);
    failed = failed || error;
  }
  process.exit (failed ? 1 : 0);
}

main ();
