// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official clients for JavaScript with the conformance host, in a browser: the classic one from the
// host's own pages, that of ASP.NET Core from pages of another origin.
// Arguments: the addresses of the host as JSON, its web root, Chromium. Prints TAP.
'use strict';

const fs = require ('node:fs');
const path = require ('node:path');
const { chromium } = require ('playwright-core');

const host = JSON.parse (process.argv[2]);
const root = process.argv[3];
const WAYS = ['webSockets', 'serverSentEvents', 'foreverFrame', 'longPolling', 'JSONP', 'webSockets elsewhere',
  'serverSentEvents elsewhere', 'longPolling elsewhere'];

function writePage () {
  const scripts = {
    'jquery.js': require.resolve ('jquery/dist/jquery.min.js'),
    'signalr.js': require.resolve ('signalr/jquery.signalR.js'),
    'checks.js': path.join (__dirname, 'official-classic-page.js'),
    'core.js': require.resolve ('@microsoft/signalr/dist/browser/signalr.min.js'),
    'msgpack.js': require.resolve ('@microsoft/signalr-protocol-msgpack/dist/browser/signalr-protocol-msgpack.min.js'),
    'core-checks.js': path.join (__dirname, 'official-core-page.js'),
  };

  for (const [name, file] of Object.entries (scripts))
    fs.copyFileSync (file, path.join (root, name));
  // The proxies come from the server.
  const page = (name, scripts) => fs.writeFileSync (path.join (root, name),
    '<!DOCTYPE html><meta charset="utf-8">' + scripts.map ((script) => `<script src="/${script}"></script>`).join (''));

  page ('checks.html', ['jquery.js', 'signalr.js', 'signalr/hubs', 'checks.js']);
  page ('core-checks.html', ['core.js', 'msgpack.js', 'core-checks.js']);
}

// One check behind the other: a browser opens only six connections to a host at once.
async function runPage (browser, name, address, make, argument) {
  const page = await browser.newPage ();
  const results = [];

  await page.goto (`${host.listening}${address}`);
  const names = await page.evaluate (([make, argument]) => {
    window.checks = window[make] (argument);
    return Object.keys (window.checks);
  }, [make, argument]);
  for (const words of names) {
    const error = await page.evaluate ((words) =>
      window.checks[words] ().then (() => null, (failure) => failure.message || String (failure)), words);
    results.push ([`${name}: ${words}`, error]);
  }
  await page.close ();

  return results;
}

async function main () {
  writePage ();
  const browser = await chromium.launch ({
    executablePath: process.argv[4],
    args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server',
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWarn'],
  });
  const results = (await Promise.all ([
    ...WAYS.map ((way) => runPage (browser, `signalr, ${way}`, '/checks.html', 'makeChecks', way)),
    runPage (browser, '@microsoft/signalr', '/core-checks.html', 'makeCoreChecks', host.core),
  ])).flat ();
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
