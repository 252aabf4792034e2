// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using Microsoft.AspNet.SignalR.Client;
using Microsoft.AspNet.SignalR.Client.Transports;
using Newtonsoft.Json.Linq;

/// <summary>One connection with one hub, or a raw one, driven by commands.</summary>
sealed class Client
{
    readonly string transport;
    readonly Connection connection;
    readonly IHubProxy? proxy;
    readonly Action<object> tell;
    Exception? lastError;
    bool started;

    public Client(JObject options, Action<object> tell)
    {
        this.tell = tell;
        transport = (string)options["transport"]!;
        var hub = (string?)options["hub"];
        var url = (string)options["url"]!;
        var query = new Dictionary<string, string>();
        if ((string?)options["user"] is { } user)
            query["access_token"] = user;
        if (hub == null)
        {
            connection = new Connection(url, query);
            connection.Received += data => tell(new { @event = "received", data });
        }
        else
        {
            var hubs = new HubConnection(url, query, useDefaultUrl: false);
            connection = hubs;
            proxy = hubs.CreateHubProxy(hub);
            foreach (var method in ((JObject)options["methods"]!).Properties().Select(property => property.Name))
                proxy.Subscribe(method).Received += args => tell(new { @event = "invocation", hub, method, args });
        }
        connection.Error += error => lastError = error;
        connection.ConnectionSlow += () => tell(new { @event = "slow" });
        connection.Reconnecting += () => tell(new { @event = "reconnecting", error = lastError?.Message });
        connection.Reconnected += () => tell(new { @event = "reconnected", id = connection.ConnectionId });
        connection.Closed += OnClosed;
    }

    void OnClosed()
    {
        // A start that fails raises it too, and says so by itself.
        if (started)
            tell(new { @event = "disconnected", error = lastError?.Message });
        started = false;
    }

    IClientTransport NewTransport() => transport switch
    {
        "webSockets" => new WebSocketTransport(),
        "serverSentEvents" => new ServerSentEventsTransport(),
        "longPolling" => new LongPollingTransport(),
        var other => throw new ArgumentException($"no transport is called {other}"),
    };

    public async Task Start()
    {
        try
        {
            await connection.Start(NewTransport());
            started = true;
            tell(new { @event = "connected", id = connection.ConnectionId, transport = connection.Transport.Name });
        }
        catch (Exception error)
        {
            tell(new { @event = "disconnected", reason = "failed", error = error.GetBaseException().Message });
        }
    }

    async Task Invoke(string? id, string method, object[] arguments)
    {
        try
        {
            var result = await proxy!.Invoke<JToken, JToken>(method, progress => tell(new { @event = "progress", id, progress }), arguments);
            tell(new { @event = "result", id, result });
        }
        catch (Exception error)
        {
            var cause = error.GetBaseException();
            tell(new { @event = "result", id, error = cause.Message, data = (cause as HubException)?.ErrorData });
        }
    }

    public Task Do(JObject command)
    {
        switch ((string?)command["do"])
        {
        case "start":
            return Start();
        case "invoke":
            return Invoke((string?)command["id"], (string)command["method"]!, [.. command["args"] ?? new JArray()]);
        case "send":
            return connection.Send((string)command["data"]!);
        case "stop":
            // It blocks until the server has answered.
            return Task.Run(connection.Stop);
        default:
            tell(new { @event = "error", error = $"unknown command {command["do"]}" });
            return Task.CompletedTask;
        }
    }

    public void Close() => connection.Stop(TimeSpan.Zero);
}
