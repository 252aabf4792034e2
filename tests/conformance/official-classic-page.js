// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the functional tests of the official client of classic SignalR do, by our words; a script of
// a page with jQuery, the client and the host's generated proxies. `checks` maps words to functions.
// Another origin is the same server by another name; JSONP is a way of long polling to one.
/* global jQuery */
'use strict';

// eslint-disable-next-line no-unused-vars
function makeChecks (way) {
  const $ = jQuery;
  const checks = {};
  const jsonp = way === 'JSONP';
  const transport = jsonp ? 'longPolling' : way.split (' ')[0];
  const elsewhere = location.origin.replace ('127.0.0.1', 'localhost');
  const base = jsonp ? `${elsewhere}/jsonp` : way.endsWith (' elsewhere') ? elsewhere : '';

  // It refuses forever frames where there are event streams.
  if (transport === 'foreverFrame')
    delete window.EventSource;

  const LIMIT = 25000;

  function same (what, seen, wanted) {
    if (JSON.stringify (seen) !== JSON.stringify (wanted))
      throw new Error (`${what}: ${JSON.stringify (seen)} instead of ${JSON.stringify (wanted)}`);
  }

  function within (promise, what) {
    return new Promise ((resolve, reject) => {
      const timer = setTimeout (() => reject (new Error (`${what} did not come`)), LIMIT);
      promise.then ((value) => { clearTimeout (timer); resolve (value); },
                    (error) => { clearTimeout (timer); reject (error); });
    });
  }

  const start = (connection) => within (Promise.resolve (connection.start ({ transport, jsonp })), 'the start');
  // Never together with what is told behind it: the promise of jQuery holds one value.
  const failure = (deferred) => new Promise ((resolve, reject) => deferred.done (() => reject (new Error ('no failure'))).fail (resolve));

  // A connection with proxies of its own, as a page makes them.
  function hubs (path = '/signalr', qs) {
    const connection = $.hubConnection (base + path, { useDefaultPath: false, qs });
    connection.hubs = connection.createHubProxies ();
    return connection;
  }

  function called (proxy, method) {
    return new Promise ((resolve) => proxy.on (method, (...args) => resolve (args)));
  }

  async function withHubs (listen, run, ...more) {
    const connection = hubs (...more);
    const calls = listen (connection.hubs);
    await start (connection);
    try {
      same ('the transport', connection.transport.name, transport);
      await run (connection.hubs, calls, connection);
    } finally {
      connection.stop ();
    }
  }

  // At least one handler, else the client does not subscribe to the hub.
  const nothing = (name) => (proxies) => proxies[name].on ('nothing', () => {});

  checks['results'] = () => withHubs (nothing ('demo'), async ({ demo }) => {
    same ('Overload ()', await demo.server.overload (), undefined);
    same ('Overload (6)', await demo.server.overload (6), 6);
    const error = await failure (demo.server.synchronousException ());
    if (!error.message.includes ('System.Exception'))
      throw new Error (error.message);
    const told = await failure (demo.server.hubException ());
    same ('HubException', [told.message, told.data], ['message', 'errorData']);
    const bare = await failure (demo.server.hubExceptionWithoutErrorData ());
    same ('without data', [bare.message, bare.data], ['message', undefined]);
    same ('GetValue', await demo.server.getValue (), 10);
  });

  checks['errors without detail'] = () => withHubs (nothing ('demo'), async ({ demo }) => {
    const error = await failure (demo.server.synchronousException ());
    if (error.message.includes ('System.Exception'))
      throw new Error (error.message);
  }, '/signalr2/test');

  checks['calls of the server'] = () => withHubs (({ demo, echoHub }) => ({
    guid: called (demo, 'TestGuid'), error: called (demo, 'errorInCallback'), echo: called (echoHub, 'echo'),
  }), async ({ demo, echoHub }, calls) => {
    await demo.server.testGuid ();
    same ('TestGuid', await within (calls.guid, 'TestGuid'), ['00000000-0000-0000-0000-000000000000']);
    await demo.server.doSomethingAndCallError ();
    await within (calls.error, 'errorInCallback');
    await echoHub.server.echoCallback ('¿qué?');
    same ('echo', await within (calls.echo, 'echo'), ['¿qué?']);
    same ('EchoReturn', await echoHub.server.echoReturn ('é😀'), 'é😀');
  });

  checks['groups'] = () => withHubs (({ groupChat, groupJoiningHub }) => ({
    send: called (groupChat, 'send'), ping: called (groupJoiningHub, 'ping'),
  }), async ({ groupChat }, calls) => {
    const group = `group-${Math.random ()}`;
    await within (calls.ping, 'ping of the start');
    await groupChat.server.join (group);
    await groupChat.server.send (group, 'hello');
    same ('send', await within (calls.send, 'send'), ['hello']);
    await groupChat.server.leave (group);
  });

  checks['what is sent before the start'] = () => withHubs (({ onConnectedBufferHub }) => {
    const values = [];
    const pong = called (onConnectedBufferHub, 'pong');
    onConnectedBufferHub.on ('bufferMe', (value) => values.push (value));
    return { values, pong };
  }, async ({ onConnectedBufferHub }, { values, pong }) => {
    await onConnectedBufferHub.server.ping ();
    await within (pong, 'pong');
    same ('bufferMe', values, [0, 1]);
  });

  checks['the hubs are named in every request'] = () => withHubs (({ connectionDataVerifierHub }) => ({
    pong: called (connectionDataVerifierHub, 'pong'),
    fail: called (connectionDataVerifierHub, 'fail').then (() => { throw new Error ('a request did not'); }),
  }), async ({ connectionDataVerifierHub }, { pong, fail }) => {
    await connectionDataVerifierHub.server.ping ();
    await within (Promise.race ([pong, fail]), 'pong');
  });

  checks['who comes and goes'] = () => withHubs (({ StatusHub }) => {
    const left = [];
    const joined = [];
    StatusHub.on ('joined', (id) => joined.push (id));
    return { joined, left, gone: new Promise ((resolve) => StatusHub.on ('leave', (id) => { left.push (id); resolve (id); })) };
  }, async (proxies, { joined, gone }, connection) => {
    const other = hubs ();
    other.hubs.StatusHub.on ('joined', () => {});
    await start (other);
    const id = other.id;
    const pong = called (connection.hubs.StatusHub, 'pong');
    await connection.hubs.StatusHub.server.ping ();
    await within (pong, 'pong');
    other.stop ();
    await within (gone, 'leave');
    if (!joined.includes (id))
      throw new Error (`${id} has not joined`);
  });

  checks['raw: several messages'] = async () => {
    const connection = $.connection ('/multisend');
    const values = [];
    const all = new Promise ((resolve) => connection.received ((value) => {
      values.push (value);
      if (values.length === 2)
        connection.send ('anything');
      if (values.length === 4)
        resolve ();
    }));
    await start (connection);
    await within (all, 'four messages');
    connection.stop ();
    same ('received', values, ['OnConnectedAsync1', 'OnConnectedAsync2', 'OnReceivedAsync1', 'OnReceivedAsync2']);
  };

  checks['raw: echo'] = async () => {
    const connection = $.connection (`${base}/echo`);
    const texts = ['hello', '', '</script>\u2028 ñ😀 100% a+b&c=d', 'null'];
    const values = [];
    const errors = [];
    let hear;
    connection.received ((value) => { values.push (value); hear (); });
    connection.error ((error) => errors.push (error.message));
    await start (connection);
    for (const text of texts) {
      const heard = new Promise ((resolve) => { hear = resolve; });
      connection.send (text);
      await within (heard, 'the echo');
    }
    connection.stop ();
    same ('the echoes', values, texts);
    same ('errors', errors, []);
  };

  checks['redirections'] = () => withHubs (nothing ('redirectTestHub'), async ({ redirectTestHub }) => {
    same ('EchoReturn', await redirectTestHub.server.echoReturn ('x'), 'x');
    same ('GetAccessToken', await redirectTestHub.server.getAccessToken (), 'TestToken');
  }, '/redirect');

  checks['redirections with a query'] = () => withHubs (nothing ('redirectTestHub'), async ({ redirectTestHub }) => {
    same ('name1', await redirectTestHub.server.getQueryStringValue ('name1'), 'newValue');
    same ('name3', await redirectTestHub.server.getQueryStringValue ('name3'), 'value3');
    same ('origName1', await redirectTestHub.server.getQueryStringValue ('origName1'), 'value1');
  }, '/redirect-query-string');

  for (const [path, words] of [
    ['/redirect-loop', 'Negotiate redirection limit exceeded.'], ['/negotiate-error', 'Server-provided negotiate error message!'],
    ['/aspnetcore-signalr', 'ASP.NET Core'],
    ['/statusCodeConnection?', 'negotiat'],
  ]) {
    checks[`a start that fails at ${path}`] = async () => {
      const raw = path.startsWith ('/statusCode');
      const connection = raw ? $.connection ('/statusCodeConnection', 'alterWhen=negotiate&statusCode=500') : hubs (path);
      if (!raw)
        connection.hubs.demo.on ('nothing', () => {});
      const error = await within (failure (connection.start ({ transport })), 'the failure');
      const told = `${error.message} ${error.source ? error.source.message || error.source : ''}`;
      if (!told.includes (words))
        throw new Error (told);
    };
  }

  // Only hubs and the echo are there.
  if (jsonp) {
    for (const words of Object.keys (checks).filter ((name) => /several|redirections|fails|without detail/.test (name)))
      delete checks[words];
  }

  // It does not do that itself.
  if (transport === 'foreverFrame') {
    delete checks['redirections'];
    delete checks['redirections with a query'];
  }

  return checks;
}
