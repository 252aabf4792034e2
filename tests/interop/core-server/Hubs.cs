// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

static class Report
{
    public static bool Quiet { get; set; }

    static readonly JsonSerializerOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Event(object what)
    {
        if (!Quiet)
            Line(what);
    }

    public static void Line(object what)
    {
        lock (readable)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(what, readable));
            Console.Out.Flush();
        }
    }
}

public abstract class ReportingHub : Hub
{
    public override Task OnConnectedAsync()
    {
        var transport = Context.Features.Get<IHttpTransportFeature>()?.TransportType.ToString();
        Report.Event(new { @event = "connected", id = Context.ConnectionId, hub = GetType().Name, transport });
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        Report.Event(new { @event = "disconnected", id = Context.ConnectionId, hub = GetType().Name });
        return base.OnDisconnectedAsync(exception);
    }
}

// The hub of the official tutorial.
public class ChatHub : ReportingHub
{
    public Task SendMessage(string user, string message) =>
        Clients.All.SendAsync("ReceiveMessage", user, message);
}

public class TestHub : ReportingHub
{
    public object? Echo(object? value) => value;
    public Task Broadcast(object? value) => Clients.All.SendAsync("Broadcast", value);
    public int Add(int a, int b) => a + b;
    public void Throw() => throw new InvalidOperationException("not for clients");
    public void ThrowHubException() => throw new HubException("for clients");
}
