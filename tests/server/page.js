// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// page.js SCRIPT: as much of a page as the script of a server's hubs needs, with a
// client that says what it is told. Runs in Node and in GJS.

const inNode = typeof process !== "undefined";
const file = inNode ? process.argv[2] : ARGV[0];
const text = inNode ? require("fs").readFileSync(file, "utf8")
  : new TextDecoder().decode(imports.gi.GLib.file_get_contents(file)[1]);
const say = inNode ? console.log : print;

function Connection(url, options) {
  say(`connection ${url} ${JSON.stringify(options)}`);
}

Connection.prototype.starting = function (callback) {
  this.start = callback;
  return this;
};

Connection.prototype.disconnected = function (callback) {
  this.end = callback;
  return this;
};

Connection.prototype._registerSubscribedHubs = () => say("subscribed");

Connection.prototype.createHubProxy = name => ({
  hubName: name,
  invoke: (...args) => say(`invoke ${name} ${JSON.stringify(args)}`),
  on(event, relay, handler) {
    const known = relay.toString().slice(0, 256).includes("// Call the client hub method");
    say(`on ${name} ${event} ${known} ${handler === this.client[event]}`);
    relay.call(undefined, "hello");
  },
  off(event, relay, handler) {
    say(`off ${name} ${event} ${handler === this.client[event]}`);
  },
});

const jQuery = {
  signalR() {},
  hubConnection: function (url, options) {
    return new Connection(url, options);
  },
  each(things, callback) {
    Object.keys(things).forEach(key => callback.call(things[key], key, things[key]));
  },
  extend: Object.assign,
  isFunction: thing => typeof thing === "function",
  makeArray: things => Array.prototype.slice.call(things),
  merge: (one, other) => one.concat(other),
};
jQuery.hubConnection.prototype = Connection.prototype;

new Function("window", text)({ jQuery });

const { hub, testHub } = jQuery.signalR;
testHub.client.message = function (said) {
  say(`message ${said} ${this === testHub}`);
};
hub.start.call(hub);
testHub.server.toGroup("g", "hi");
hub.end.call(hub);
