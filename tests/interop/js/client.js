// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official JavaScript clients, any number of them in one program: commands as JSON lines on
// standard input, events as JSON lines on standard output, both in the words of signalr-cli, each
// with the name of its client. In Node, or in pages of the browser at PATH.
//
//   node client.js [PATH]
//
// {"do":"open","client":NAME,"options":{"dialect":"aspnetcore"|"aspnet","url":…,"hub":…?,
//  "methods":{NAME:N,…},"user":NAME?,"transport":…,"encoding":"json"|"messagepack",
//  "stateful":BOOL?,"timeout":S?}} starts one, and {"do":"close","client":NAME} ends it.
'use strict';

const path = require ('path');
const readline = require ('readline');

const browser = process.argv[2];
const born = Date.now ();
const say = (what) => process.stdout.write (JSON.stringify ({ t: (Date.now () - born) / 1000, ...what }) + '\n');
const here = (name) => path.join (__dirname, name);
const beside = (module, file) => path.join (path.dirname (require.resolve (module + '/package.json')), file);

async function openInNode ({ encoding, ...options }, tell) {
  const { coreClient } = require ('./core.js');
  if (encoding === 'messagepack')
    options.messagePack = require ('@microsoft/signalr-protocol-msgpack');
  const run = coreClient (require ('@microsoft/signalr'), options, tell);
  return { run, close: () => run ({ do: 'stop' }) };
}

function openInChromium ({ dialect, encoding, ...options }, tell) {
  const { openPage } = require ('./chromium.js');
  const kinds = {
    aspnet: {
      scripts: [require.resolve ('jquery'), beside ('signalr', 'jquery.signalR.js'), here ('classic.js')],
      expression: '(options, tell) => classicClient (jQuery, options, tell)',
    },
    aspnetcore: {
      scripts: [
        beside ('@microsoft/signalr', 'dist/browser/signalr.js'),
        beside ('@microsoft/signalr-protocol-msgpack', 'dist/browser/signalr-protocol-msgpack.js'),
        here ('core.js'),
      ],
      expression: encoding === 'messagepack'
        ? '(options, tell) => coreClient (signalR, { ...options, messagePack: signalR.protocols.msgpack }, tell)'
        : '(options, tell) => coreClient (signalR, options, tell)',
    },
  };
  return openPage ({ executable: browser, options, tell, ...kinds[dialect] });
}

const clients = {};

// One after the other, as they come; only an answer may take its time.
function take ({ client: name, ...command }) {
  const tell = (what) => say ({ client: name, ...what });

  if (command.do === 'open') {
    clients[name] = (browser ? openInChromium : openInNode) (command.options, tell);
    clients[name].then ((client) => { client.run ({ do: 'start' }); })
      .catch ((error) => tell ({ event: 'disconnected', reason: 'failed', error: String (error) }));
    return;
  }
  if (command.do === 'close') {
    clients[name].then ((client) => client.close ()).catch (() => {});
    delete clients[name];
    return;
  }
  clients[name] = clients[name].then ((client) => { client.run (command); return client; });
}

readline.createInterface ({ input: process.stdin })
  .on ('line', (line) => take (JSON.parse (line)))
  .on ('close', () => process.exit (0));
// What goes wrong in one client is not the end of the others.
process.on ('unhandledRejection', (error) => say ({ event: 'error', error: String (error) }));
