#!/usr/bin/env -S gjs -m
// chat.js URL NAME: a chat in JavaScript
//
// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Signalr from 'gi://Signalr?version=1';

const [url, name] = ARGV;
const loop = new GLib.MainLoop(null, false);
const keyboard = Gio.DataInputStream.new(Gio.File.new_for_path('/dev/stdin').read(null));
const connection = Signalr.Connection.new(url);
const hub = connection.get_hub('ChatHub');

function typed(keyboard, result) {
  const [line] = keyboard.read_line_finish_utf8(result);
  if (line === null)
    return connection.stop_async(null, () => loop.quit());
  hub.send('SendMessage', Signalr.node_parse(JSON.stringify([name, line]), -1));
  keyboard.read_line_async(GLib.PRIORITY_DEFAULT, null, typed);
}

hub.connect('invocation::receivemessage', (hub, method, args) =>
  print(JSON.parse(Signalr.node_to_json(args)).join(': ')));
connection.start_async(null, (connection, result) => {
  connection.start_finish(result);
  keyboard.read_line_async(GLib.PRIORITY_DEFAULT, null, typed);
});
loop.run();
