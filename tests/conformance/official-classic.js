// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official client of classic SignalR for JavaScript with the conformance host, in a browser.
// Arguments: the addresses of the host as JSON, its web root, Chromium. Prints TAP.
'use strict';

const fs = require ('node:fs');
const path = require ('node:path');
const { chromium } = require ('playwright-core');

const host = JSON.parse (process.argv[2]);
const root = process.argv[3];
const TRANSPORTS = ['webSockets', 'serverSentEvents', 'foreverFrame', 'longPolling'];

function writePage () {
  const scripts = {
    'jquery.js': require.resolve ('jquery/dist/jquery.min.js'),
    'signalr.js': require.resolve ('signalr/jquery.signalR.js'),
    'checks.js': path.join (__dirname, 'official-classic-page.js'),
  };

  for (const [name, file] of Object.entries (scripts))
    fs.copyFileSync (file, path.join (root, name));
  // The proxies come from the server.
  const tags = ['jquery.js', 'signalr.js', 'signalr/hubs', 'checks.js'].map ((name) => `<script src="/${name}"></script>`);
  fs.writeFileSync (path.join (root, 'checks.html'), `<!DOCTYPE html><meta charset="utf-8">${tags.join ('')}`);
}

async function runTransport (browser, transport) {
  const page = await browser.newPage ();
  const results = [];

  await page.goto (`${host.listening}/checks.html`);
  const names = await page.evaluate ((transport) => {
    // It refuses forever frames where there are event streams.
    if (transport === 'foreverFrame')
      delete window.EventSource;
    window.checks = window.makeChecks (transport);
    return Object.keys (window.checks);
  }, transport);
  // One behind the other: a browser opens only six connections to a host at once.
  for (const name of names) {
    const error = await page.evaluate ((name) =>
      window.checks[name] ().then (() => null, (failure) => failure.message || String (failure)), name);
    results.push ([`${transport}: ${name}`, error]);
  }
  await page.close ();

  return results;
}

async function main () {
  writePage ();
  const browser = await chromium.launch ({
    executablePath: process.argv[4], args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
  });
  const results = (await Promise.all (TRANSPORTS.map ((transport) => runTransport (browser, transport)))).flat ();
  await browser.close ();

  console.log (`1..${results.length}`);
  results.forEach (([words, error], i) => {
    console.log (`${error ? 'not ok' : 'ok'} ${i + 1} - ${words}`);
    if (error)
      console.error (`# ${words}: ${error}`);
  });
  process.exit (results.some (([, error]) => error) ? 1 : 0);
}

main ().catch ((error) => {
  console.log (`Bail out! ${error.message}`);
  process.exit (1);
});
