// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Drives @microsoft/signalr by the commands of signalr-cli, and tells what happens in its words.
// Runs in Node and, as a script of a page, in a browser.
'use strict';

// After a loss: at once, then soon, for two minutes.
const coreRetryDelays = [0, 250, 500, ...new Array(120).fill(1000)];

// eslint-disable-next-line no-unused-vars
function coreClient (library, options, tell) {
  const transports = {
    webSockets: library.HttpTransportType.WebSockets,
    serverSentEvents: library.HttpTransportType.ServerSentEvents,
    longPolling: library.HttpTransportType.LongPolling,
  };
  const text = (error) => error ? error.message : undefined;
  const orNull = (result) => result === undefined ? null : result;

  let builder = new library.HubConnectionBuilder ()
    .withUrl (options.url, {
      transport: transports[options.transport],
      accessTokenFactory: options.user ? () => options.user : undefined,
    })
    .withAutomaticReconnect (coreRetryDelays)
    .configureLogging (library.LogLevel.None);
  if (options.stateful)
    builder = builder.withStatefulReconnect ();
  if (options.messagePack)
    builder = builder.withHubProtocol (new options.messagePack.MessagePackHubProtocol ());
  if (options.timeout)
    builder = builder.withServerTimeout (options.timeout * 1000).withKeepAliveInterval (options.timeout * 250);
  const connection = builder.build ();
  const uploads = {};
  const streams = {};
  const asked = {};
  let nAsked = 0;

  connection.onreconnecting ((error) => tell ({ event: 'reconnecting', error: text (error) }));
  connection.onreconnected ((id) => tell ({ event: 'reconnected', id }));
  connection.onclose ((error) => tell ({ event: 'disconnected', error: text (error) }));
  for (const method of Object.keys (options.methods))
    connection.on (method, (...args) => tell ({ event: 'invocation', method, args }));
  connection.on ('Ask', (...args) => new Promise ((resolve, reject) => {
    const id = String (++nAsked);
    asked[id] = { resolve, reject };
    tell ({ event: 'invocation', id, method: 'Ask', args });
  }));

  const upload = (id) => uploads[id] = new library.Subject ();

  async function answer (id, call) {
    try {
      tell ({ event: 'result', id, result: orNull (await call) });
    } catch (error) {
      tell ({ event: 'result', id, error: text (error) });
    }
  }

  function stream (command) {
    const id = command.id;
    const args = command.uploads ? [...command.args, upload (id)] : command.args;
    streams[id] = connection.stream (command.method, ...args).subscribe ({
      next: (item) => tell ({ event: 'item', id, item }),
      complete: () => tell ({ event: 'result', id, result: null }),
      error: (error) => tell ({ event: 'result', id, error: text (error) }),
    });
  }

  return async function run (command) {
    switch (command.do) {
    case 'start':
      try {
        await connection.start ();
        tell ({ event: 'connected', id: connection.connectionId });
      } catch (error) {
        tell ({ event: 'disconnected', reason: 'failed', error: text (error) });
      }
      break;
    case 'invoke':
      await answer (command.id, connection.invoke (command.method, ...command.args));
      break;
    case 'stream':
      stream (command);
      break;
    case 'upload':
      await answer (command.id, connection.invoke (command.method, ...command.args, upload (command.id)));
      break;
    case 'item':
      uploads[command.id].next (command.item);
      break;
    case 'complete':
      uploads[command.id].complete ();
      break;
    case 'cancel':
      streams[command.id].dispose ();
      break;
    case 'return':
      if (command.error)
        asked[command.id].reject (new Error (command.error));
      else
        asked[command.id].resolve (command.result);
      break;
    case 'stop':
      await connection.stop ();
      break;
    default:
      tell ({ event: 'error', error: `unknown command ${command.do}` });
    }
  };
}

if (typeof module !== 'undefined')
  module.exports = { coreClient };
