// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official .NET client of classic SignalR as a program: commands as JSON lines on standard input, events as JSON
// lines on standard output, both in the words of signalr-cli.
//
// ClassicClient '{"url":…,"hub":…,"methods":[…],"transport":"webSockets"|"serverSentEvents"|"longPolling"}'

using System.Diagnostics;
using Microsoft.AspNet.SignalR.Client;
using Microsoft.AspNet.SignalR.Client.Transports;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

var options = JObject.Parse(args[0]);
var hub = (string)options["hub"]!;
var clock = Stopwatch.StartNew();

void Tell(object what)
{
    var line = JObject.FromObject(what, JsonSerializer.Create(new() { NullValueHandling = NullValueHandling.Ignore }));
    line["t"] = Math.Round(clock.Elapsed.TotalSeconds, 3);
    lock (clock)
    {
        Console.Out.WriteLine(line.ToString(Formatting.None));
        Console.Out.Flush();
    }
}

IClientTransport Transport() => (string?)options["transport"] switch
{
    "webSockets" => new WebSocketTransport(),
    "serverSentEvents" => new ServerSentEventsTransport(),
    "longPolling" => new LongPollingTransport(),
    var other => throw new ArgumentException($"no transport is called {other}"),
};

var connection = new HubConnection((string)options["url"]!, useDefaultUrl: false);
var proxy = connection.CreateHubProxy(hub);
foreach (var method in options["methods"]!.Select(name => (string)name!))
    proxy.Subscribe(method).Received += arguments => Tell(new { @event = "invocation", hub, method, args = arguments });
Exception? lastError = null;
var started = false;
connection.Error += error => lastError = error;
connection.ConnectionSlow += () => Tell(new { @event = "slow" });
connection.Reconnecting += () => Tell(new { @event = "reconnecting", error = lastError?.Message });
connection.Reconnected += () => Tell(new { @event = "reconnected", id = connection.ConnectionId });
connection.Closed += () =>
{
    // A start that fails raises it too, and says so by itself.
    if (started)
        Tell(new { @event = "disconnected", error = lastError?.Message });
    started = false;
};

async Task Start()
{
    try
    {
        await connection.Start(Transport());
        started = true;
        Tell(new { @event = "connected", id = connection.ConnectionId, transport = connection.Transport.Name });
    }
    catch (Exception error)
    {
        Tell(new { @event = "disconnected", reason = "failed", error = error.GetBaseException().Message });
    }
}

async Task Invoke(string? id, string method, object[] arguments)
{
    try
    {
        Tell(new { @event = "result", id, result = await proxy.Invoke<JToken>(method, arguments) });
    }
    catch (Exception error)
    {
        Tell(new { @event = "result", id, error = error.GetBaseException().Message });
    }
}

await Start();
while (await Console.In.ReadLineAsync() is { } line)
{
    var command = JObject.Parse(line);
    switch ((string?)command["do"])
    {
    case "start":
        await Start();
        break;
    case "invoke":
        _ = Invoke((string?)command["id"], (string)command["method"]!, [.. command["args"]!]);
        break;
    case "stop":
        // It blocks until the server has answered.
        _ = Task.Run(connection.Stop);
        break;
    default:
        Tell(new { @event = "error", error = $"unknown command {command["do"]}" });
        break;
    }
}
