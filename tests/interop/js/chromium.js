// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Runs clients in pages of headless Chromium.
'use strict';

const fs = require ('fs');
const { chromium } = require ('playwright-core');

const prefix = 'tell:';

const flags = [
  // The tests may run as root, where Chromium has no sandbox of its own.
  '--no-sandbox',
  '--disable-gpu',
  '--no-proxy-server',
  // A page that asks a server on this machine is nothing special here.
  '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWarn',
  // Nobody looks at the page; its clocks must run all the same.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

// The page and its scripts are answered here, in the name of the server, so that the client is of
// the same origin as what it connects to.
async function serve (page, origin, scripts) {
  const base = `${origin}/interop-page/`;
  const tags = scripts.map ((_, i) => `<script src="${i}.js"></script>`).join ('');

  await page.route (`${base}**`, (route) => {
    const name = route.request ().url ().slice (base.length);
    if (name === '')
      return route.fulfill ({ contentType: 'text/html', body: `<!DOCTYPE html><meta charset="utf-8">${tags}` });
    return route.fulfill ({ contentType: 'text/javascript', body: fs.readFileSync (scripts[parseInt (name, 10)]) });
  });
  await page.goto (base);
  await page.unroute (`${base}**`);
}

// All pages are of one browser, which is started for the first.
let browser;

// Gives a function that runs a command in the page, and one that closes it.
async function openPage ({ executable, scripts, expression, options, tell }) {
  browser = browser || chromium.launch ({ executablePath: executable, args: flags });
  const page = await (await browser).newPage ();

  page.on ('pageerror', (error) => tell ({ event: 'error', error: error.message }));
  page.on ('console', (message) => {
    if (message.text ().startsWith (prefix))
      tell (JSON.parse (message.text ().slice (prefix.length)));
  });
  await serve (page, new URL (options.url).origin, scripts);
  await page.evaluate (([expression, options, prefix]) => {
    const tell = (what) => console.log (prefix + JSON.stringify (what));
    window.run = (0, eval) (expression) (options, tell);
  }, [expression, options, prefix]);

  return {
    run: (command) => page.evaluate ((command) => { window.run (command); }, command),
    // As if the user had gone elsewhere: the page may say goodbye.
    close: () => page.goto ('about:blank').finally (() => page.context ().close ()),
  };
}

module.exports = { openPage };
