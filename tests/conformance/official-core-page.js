// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official client of ASP.NET Core SignalR in a page of another origin than the host: what only
// browsers do, such as preflights, credentials, and tokens in addresses.
/* global signalR */
'use strict';

// eslint-disable-next-line no-unused-vars
function makeCoreChecks (core) {
  const checks = {};
  const transports = signalR.HttpTransportType;

  function same (what, seen, wanted) {
    if (JSON.stringify (seen) !== JSON.stringify (wanted))
      throw new Error (`${what}: ${JSON.stringify (seen)} instead of ${JSON.stringify (wanted)}`);
  }

  async function connected (path, options, run, protocol) {
    const builder = new signalR.HubConnectionBuilder ()
      .withUrl (core + path, options)
      .configureLogging (signalR.LogLevel.None);
    if (protocol)
      builder.withHubProtocol (protocol);
    const connection = builder.build ();
    await connection.start ();
    try {
      await run (connection);
    } finally {
      await connection.stop ();
    }
  }

  for (const name of ['WebSockets', 'ServerSentEvents', 'LongPolling']) {
    const transport = transports[name];
    checks[`${name}: another origin, with cookies`] = () => connected ('/testhub', { transport }, async (connection) => {
      same ('GetActiveTransportName', await connection.invoke ('GetActiveTransportName'), name);
      same ('Echo', await connection.invoke ('Echo', 'é😀'), 'é😀');
      same ('GetCookie', await connection.invoke ('GetCookie', 'testCookie'), 'testValue');
      same ('expiredCookie', await connection.invoke ('GetCookie', 'expiredCookie'), null);
    });
    checks[`${name}: a token`] = () => connected ('/authorizedhub', {
      transport, accessTokenFactory: async () => (await fetch (`${core}/generateJwtToken`)).text (),
    }, async (connection) => {
      same ('Echo', await connection.invoke ('Echo', 'in'), 'in');
    });
    checks[`${name}: redirections`] = () => connected (`/redirect?numRedirects=0&baseUrl=${encodeURIComponent (core)}`,
      { transport }, async (connection) => {
        if (await connection.invoke ('GetNumRedirects') < 1)
          throw new Error ('not redirected');
      });
    if (name !== 'ServerSentEvents') {
      checks[`${name}: MessagePack`] = () => connected ('/testhub', { transport }, async (connection) => {
        const thing = await connection.invoke ('SendComplexObject');
        same ('ByteArray', Array.from (thing.ByteArray), [1, 2, 3]);
        same ('DateTime', thing.DateTime.toISOString (), '2000-01-01T00:00:00.000Z');
      }, new signalR.protocols.msgpack.MessagePackHubProtocol ());
    }
  }

  checks['a hub without WebSockets'] = () => connected ('/testhub-nowebsockets', {}, async (connection) => {
    same ('the transport', await connection.invoke ('GetActiveTransportName'), 'ServerSentEvents');
  });

  checks['headers of its own'] = () => connected ('/testhub', {
    transport: transports.LongPolling, headers: { 'X-Asked': 'yes' },
  }, async (connection) => {
    same ('GetHeader', await connection.invoke ('GetHeader', 'X-Asked'), 'yes');
    if (!/^Microsoft SignalR\//.test (await connection.invoke ('GetHeader', 'X-SignalR-User-Agent')))
      throw new Error ('no X-SignalR-User-Agent');
  });

  return checks;
}
