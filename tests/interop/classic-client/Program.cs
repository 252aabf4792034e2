// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official .NET client of classic SignalR, any number of them in one program: commands as JSON lines on standard
// input, events as JSON lines on standard output, both in the words of signalr-cli, each with the name of its client.
//
// {"do":"open","client":NAME,"options":{"url":…,"hub":…?,"methods":{NAME:N,…},"user":NAME?,
//  "transport":"webSockets"|"serverSentEvents"|"longPolling"}} starts one, {"do":"close","client":NAME} ends it. Without a
// hub it is a raw connection.

using System.Diagnostics;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

// Much in it blocks a thread.
ThreadPool.SetMinThreads(64, 64);

var clock = Stopwatch.StartNew();
var clients = new Dictionary<string, Client>();
var compact = JsonSerializer.Create(new() { NullValueHandling = NullValueHandling.Ignore });

void Tell(string client, object what)
{
    var line = JObject.FromObject(what, compact);
    line["client"] = client;
    line["t"] = Math.Round(clock.Elapsed.TotalSeconds, 3);
    lock (clock)
    {
        Console.Out.WriteLine(line.ToString(Formatting.None));
        Console.Out.Flush();
    }
}

while (await Console.In.ReadLineAsync() is { } line)
{
    var command = JObject.Parse(line);
    var name = (string)command["client"]!;
    switch ((string?)command["do"])
    {
    case "open":
        clients[name] = new Client((JObject)command["options"]!, what => Tell(name, what));
        _ = clients[name].Start();
        break;
    case "close":
        if (clients.Remove(name, out var client))
            _ = Task.Run(client.Close);
        break;
    default:
        _ = clients[name].Do(command);
        break;
    }
}
