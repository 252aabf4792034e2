// chat.vala URL NAME: a chat in Vala
//
// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later
async void chat (string url, string name) throws Error {
  var keyboard = new DataInputStream (new UnixInputStream (0, false));
  var connection = new Signalr.Connection (url);
  var hub = connection.get_hub ("ChatHub");
  string? line;

  hub.invocation["receivemessage"].connect ((method, args) => {
    var words = args.get_array ();
    print ("%s: %s\n", words.get_string_element (0), words.get_string_element (1));
  });
  yield connection.start_async (null);
  while ((line = yield keyboard.read_line_async ()) != null) {
    var words = new Json.Builder ().begin_array ().add_string_value (name).add_string_value (line);
    hub.send ("SendMessage", words.end_array ().get_root ());
  }
  yield connection.stop_async (null);
}

void main (string[] args) {
  var loop = new MainLoop ();

  Intl.setlocale ();
  chat.begin (args[1], args[2], () => loop.quit ());
  loop.run ();
}
