// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Drives @microsoft/signalr by the commands of signalr-cli, and tells what happens in its words.
// Runs in Node and, as a script of a page, in a browser.
'use strict';

// After a loss: at once, then soon, for half a minute.
const coreRetryDelays = [0, 250, 500, ...new Array(30).fill(1000)];

// eslint-disable-next-line no-unused-vars
function coreClient (library, options, tell) {
  const transports = {
    webSockets: library.HttpTransportType.WebSockets,
    serverSentEvents: library.HttpTransportType.ServerSentEvents,
    longPolling: library.HttpTransportType.LongPolling,
  };
  const text = (error) => error ? error.message : undefined;

  let builder = new library.HubConnectionBuilder ()
    .withUrl (options.url, { transport: transports[options.transport] })
    .withAutomaticReconnect (coreRetryDelays)
    .configureLogging (library.LogLevel.None);
  if (options.messagePack)
    builder = builder.withHubProtocol (new options.messagePack.MessagePackHubProtocol ());
  if (options.timeout)
    builder = builder.withServerTimeout (options.timeout * 1000).withKeepAliveInterval (options.timeout * 250);
  const connection = builder.build ();

  connection.onreconnecting ((error) => tell ({ event: 'reconnecting', error: text (error) }));
  connection.onreconnected ((id) => tell ({ event: 'reconnected', id }));
  connection.onclose ((error) => tell ({ event: 'disconnected', error: text (error) }));
  for (const method of options.methods)
    connection.on (method, (...args) => tell ({ event: 'invocation', method, args }));

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
      try {
        const result = await connection.invoke (command.method, ...command.args);
        tell ({ event: 'result', id: command.id, result: result === undefined ? null : result });
      } catch (error) {
        tell ({ event: 'result', id: command.id, error: text (error) });
      }
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
