// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Drives signalr 2.4 with jQuery by the commands of signalr-cli, and tells what happens in its
// words. A script of a page.
'use strict';

// eslint-disable-next-line no-unused-vars
function classicClient ($, options, tell) {
  const text = (error) => error ? (error.message || String (error)) : undefined;

  // It prefers event streams, and refuses forever frames where there are any.
  if (options.transport === 'foreverFrame')
    delete window.EventSource;

  // Without a hub it is a raw connection.
  const qs = options.user ? { access_token: options.user } : undefined;
  const connection = options.hub ? $.hubConnection (options.url, { useDefaultPath: false, qs }) : $.connection (options.url, qs);
  const proxy = options.hub && connection.createHubProxy (options.hub);
  let started = false;

  for (const method of proxy ? Object.keys (options.methods) : [])
    proxy.on (method, (...args) => tell ({ event: 'invocation', hub: options.hub, method, args }));
  if (!proxy)
    connection.received ((data) => tell ({ event: 'received', data }));
  connection.connectionSlow (() => tell ({ event: 'slow' }));
  connection.reconnecting (() => {
    if (options.patience)
      connection.disconnectTimeout = options.patience * 1000;
    tell ({ event: 'reconnecting', error: text (connection.lastError) });
  });
  connection.reconnected (() => tell ({ event: 'reconnected', id: connection.id }));
  connection.disconnected (() => {
    // A start that fails raises it too, and says so by itself.
    if (started)
      tell ({ event: 'disconnected', error: text (connection.lastError) });
    started = false;
  });

  return async function run (command) {
    switch (command.do) {
    case 'start':
      connection.start ({ transport: options.transport })
        .done (() => {
          started = true;
          tell ({ event: 'connected', id: connection.id, transport: connection.transport.name });
        })
        .fail ((error) => tell ({ event: 'disconnected', reason: 'failed', error: text (error) }));
      break;
    case 'invoke':
      proxy.invoke (command.method, ...command.args)
        .progress ((progress) => tell ({ event: 'progress', id: command.id, progress }))
        .done ((result) => tell ({ event: 'result', id: command.id, result: result === undefined ? null : result }))
        .fail ((error) => tell ({ event: 'result', id: command.id, error: text (error), data: error.data }));
      break;
    case 'send':
      connection.send (command.data);
      break;
    case 'stop':
      connection.stop ();
      break;
    default:
      tell ({ event: 'error', error: `unknown command ${command.do}` });
    }
  };
}
