// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The official .NET client of ASP.NET Core SignalR as a program: commands as JSON lines on standard input, events as
// JSON lines on standard output, both in the words of signalr-cli.
//
// CoreClient '{"url":…,"methods":[…],"timeout":S?}'

using System.Diagnostics;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

var options = JsonNode.Parse(args[0])!;
var clock = Stopwatch.StartNew();
var readable = new JsonSerializerOptions
{
    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
};

void Tell(object what)
{
    var line = JsonSerializer.SerializeToNode(what, readable)!;
    line["t"] = Math.Round(clock.Elapsed.TotalSeconds, 3);
    lock (clock)
    {
        Console.Out.WriteLine(line.ToJsonString(readable));
        Console.Out.Flush();
    }
}

// After a loss: at once, then soon, for half a minute.
double[] delays = [0, 0.25, 0.5, .. Enumerable.Repeat(1.0, 30)];
var builder = new HubConnectionBuilder().WithAutomaticReconnect([.. delays.Select(TimeSpan.FromSeconds)]);
builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri((string)options["url"]!)));
builder.Services.AddSingleton<IConnectionFactory, WebSocketConnectionFactory>();
if ((double?)options["timeout"] is { } timeout)
    builder.WithServerTimeout(TimeSpan.FromSeconds(timeout)).WithKeepAliveInterval(TimeSpan.FromSeconds(timeout / 4));
var connection = builder.Build();

Task Told(object what)
{
    Tell(what);
    return Task.CompletedTask;
}

connection.Reconnecting += error => Told(new { @event = "reconnecting", error = error?.Message });
connection.Reconnected += id => Told(new { @event = "reconnected", id });
connection.Closed += error => Told(new { @event = "disconnected", error = error?.Message });
foreach (var method in options["methods"]!.AsArray().Select(name => (string)name!))
    connection.On(method, [typeof(object), typeof(object)], arguments => Told(new { @event = "invocation", method, args = arguments }));

async Task Start()
{
    try
    {
        await connection.StartAsync();
        Tell(new { @event = "connected", id = connection.ConnectionId });
    }
    catch (Exception error)
    {
        Tell(new { @event = "disconnected", reason = "failed", error = error.Message });
    }
}

async Task Invoke(string? id, string method, object?[] arguments)
{
    try
    {
        Tell(new { @event = "result", id, result = await connection.InvokeCoreAsync(method, typeof(object), arguments) });
    }
    catch (Exception error)
    {
        Tell(new { @event = "result", id, error = error.Message });
    }
}

await Start();
while (await Console.In.ReadLineAsync() is { } line)
{
    var command = JsonNode.Parse(line)!;
    switch ((string?)command["do"])
    {
    case "start":
        await Start();
        break;
    case "invoke":
        _ = Invoke((string?)command["id"], (string)command["method"]!, [.. command["args"]!.AsArray()]);
        break;
    case "stop":
        await connection.StopAsync();
        break;
    default:
        Tell(new { @event = "error", error = $"unknown command {command["do"]}" });
        break;
    }
}
