// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

/// <summary>One connection, driven by commands.</summary>
sealed class Client
{
    // After a loss: at once, then soon, for two minutes.
    static readonly double[] delays = [0, 0.25, 0.5, .. Enumerable.Repeat(1.0, 120)];

    readonly HubConnection connection;
    readonly Action<object> tell;
    readonly ConcurrentDictionary<string, Channel<object>> uploads = new();
    readonly ConcurrentDictionary<string, CancellationTokenSource> streams = new();
    readonly ConcurrentDictionary<string, TaskCompletionSource<object?>> asked = new();
    int nAsked;

    public Client(JsonNode options, Action<object> tell)
    {
        this.tell = tell;
        var builder = new HubConnectionBuilder().WithAutomaticReconnect([.. delays.Select(TimeSpan.FromSeconds)]);
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri((string)options["url"]!)));
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory((string?)options["user"], (bool?)options["stateful"] == true));
        if ((double?)options["timeout"] is { } timeout)
            builder.WithServerTimeout(TimeSpan.FromSeconds(timeout)).WithKeepAliveInterval(TimeSpan.FromSeconds(timeout / 4));
        connection = builder.Build();
        connection.Reconnecting += error => Told(new { @event = "reconnecting", error = error?.Message });
        connection.Reconnected += id => Told(new { @event = "reconnected", id });
        connection.Closed += error => Told(new { @event = "disconnected", error = error?.Message });
        foreach (var (method, n) in options["methods"]!.AsObject())
            connection.On(method, [.. Enumerable.Repeat(typeof(object), (int)n!)], args => Told(new { @event = "invocation", method, args }));
        connection.On<object?, object?>("Ask", Ask);
    }

    Task Told(object what)
    {
        tell(what);
        return Task.CompletedTask;
    }

    Task<object?> Ask(object? question)
    {
        var id = Interlocked.Increment(ref nAsked).ToString();
        var answer = asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        tell(new { @event = "invocation", id, method = "Ask", args = new[] { question } });
        return answer.Task;
    }

    public async Task Start()
    {
        try
        {
            await connection.StartAsync();
            tell(new { @event = "connected", id = connection.ConnectionId });
        }
        catch (Exception error)
        {
            tell(new { @event = "disconnected", reason = "failed", error = error.Message });
        }
    }

    // The answer to a call, whatever it is.
    async Task Answer(string id, Func<Task<object?>> call)
    {
        try
        {
            tell(new { @event = "result", id, result = await call() });
        }
        catch (Exception error)
        {
            tell(new { @event = "result", id, error = error.Message });
        }
    }

    async Task<object?> Stream(string id, string method, object?[] arguments)
    {
        var cancel = streams[id] = new();
        await foreach (var item in connection.StreamAsyncCore<object>(method, arguments, cancel.Token))
            tell(new { @event = "item", id, item });
        return null;
    }

    ChannelReader<object> Upload(string id) => (uploads[id] = Channel.CreateUnbounded<object>()).Reader;

    public async Task Do(JsonNode command)
    {
        var id = (string?)command["id"] ?? "";
        var method = (string?)command["method"] ?? "";
        object?[] arguments = [.. command["args"]?.AsArray() ?? []];
        switch ((string?)command["do"])
        {
        case "start":
            await Start();
            break;
        case "invoke":
            await Answer(id, () => connection.InvokeCoreAsync(method, typeof(object), arguments));
            break;
        case "stream":
            await Answer(id, () => Stream(id, method, (bool?)command["uploads"] == true ? [.. arguments, Upload(id)] : arguments));
            break;
        case "upload":
            await Answer(id, () => connection.InvokeCoreAsync(method, typeof(object), [.. arguments, Upload(id)]));
            break;
        case "item":
            uploads[id].Writer.TryWrite(command["item"]!);
            break;
        case "complete":
            uploads[id].Writer.Complete();
            break;
        case "cancel":
            streams[id].Cancel();
            break;
        case "return" when (string?)command["error"] is { } error:
            asked[id].SetException(new HubException(error));
            break;
        case "return":
            asked[id].SetResult(command["result"]);
            break;
        case "stop":
            await connection.StopAsync();
            break;
        default:
            tell(new { @event = "error", error = $"unknown command {command["do"]}" });
            break;
        }
    }

    public ValueTask Close() => connection.DisposeAsync();
}
