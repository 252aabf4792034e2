// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official .NET client of ASP.NET Core SignalR, any number of them in one program: commands as JSON lines on standard
// input, events as JSON lines on standard output, both in the words of signalr-cli, each with the name of its client.
//
// {"do":"open","client":NAME,"options":{"url":…,"methods":{NAME:N,…},"user":NAME?,"stateful":BOOL?,"timeout":S?}} starts
// one, {"do":"close","client":NAME} ends it. Methods are named with their number of arguments.

using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

var clock = Stopwatch.StartNew();
var clients = new Dictionary<string, Client>();
var readable = new JsonSerializerOptions
{
    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
};

void Tell(string client, object what)
{
    var line = JsonSerializer.SerializeToNode(what, readable)!;
    line["client"] = client;
    line["t"] = Math.Round(clock.Elapsed.TotalSeconds, 3);
    lock (clock)
    {
        Console.Out.WriteLine(line.ToJsonString(readable));
        Console.Out.Flush();
    }
}

while (await Console.In.ReadLineAsync() is { } line)
{
    var command = JsonNode.Parse(line)!;
    var name = (string)command["client"]!;
    switch ((string?)command["do"])
    {
    case "open":
        clients[name] = new Client(command["options"]!, what => Tell(name, what));
        _ = clients[name].Start();
        break;
    case "close":
        if (clients.Remove(name, out var client))
            _ = client.Close().AsTask();
        break;
    default:
        _ = clients[name].Do(command);
        break;
    }
}
