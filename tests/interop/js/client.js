// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official JavaScript clients as programs: commands as JSON lines on standard input, events as
// JSON lines on standard output, both in the words of signalr-cli.
//
//   node client.js '{"dialect":"aspnetcore"|"aspnet","browser":PATH?,"url":…,"hub":…,"methods":[…],
//                    "transport":…?,"encoding":"json"|"messagepack"?,"timeout":S?}'
'use strict';

const path = require ('path');
const readline = require ('readline');

const { dialect, browser, encoding, ...options } = JSON.parse (process.argv[2]);
const born = Date.now ();
const tell = (what) => process.stdout.write (JSON.stringify ({ t: (Date.now () - born) / 1000, ...what }) + '\n');
const here = (name) => path.join (__dirname, name);
const beside = (module, file) => path.join (path.dirname (require.resolve (module + '/package.json')), file);

async function inNode () {
  const { coreClient } = require ('./core.js');
  if (encoding === 'messagepack')
    options.messagePack = require ('@microsoft/signalr-protocol-msgpack');
  return { run: coreClient (require ('@microsoft/signalr'), options, tell), close: async () => {} };
}

function inChromium () {
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

async function main () {
  const client = await (browser ? inChromium () : inNode ());
  // One after the other, as they come; only an answer may take its time.
  let last = client.run ({ do: 'start' });
  const lines = readline.createInterface ({ input: process.stdin });
  lines.on ('line', (line) => { last = last.then (() => { client.run (JSON.parse (line)); }); });
  const end = () => last.then (client.close).then (() => process.exit (0));
  lines.on ('close', end);
  process.on ('SIGTERM', end);
}

main ().catch ((error) => {
  tell ({ event: 'disconnected', reason: 'failed', error: String (error) });
  process.exit (1);
});
