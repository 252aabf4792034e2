// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using Microsoft.AspNet.SignalR;
using Newtonsoft.Json;

namespace Classic;

static class Report
{
    static readonly object one = new();

    public static void Line(object what)
    {
        lock (one)
        {
            Console.Out.WriteLine(JsonConvert.SerializeObject(what));
            Console.Out.Flush();
        }
    }
}

public abstract class ReportingHub : Hub
{
    public override Task OnConnected()
    {
        Tell("connected");
        return base.OnConnected();
    }

    public override Task OnReconnected()
    {
        Tell("reconnected");
        return base.OnReconnected();
    }

    public override Task OnDisconnected(bool stopCalled)
    {
        Report.Line(new { @event = "disconnected", id = Context.ConnectionId, hub = GetType().Name, stopCalled });
        return base.OnDisconnected(stopCalled);
    }

    void Tell(string name) =>
        Report.Line(new { @event = name, id = Context.ConnectionId, hub = GetType().Name, transport = Context.QueryString["transport"] });
}

// The hub of the official tutorial.
public class ChatHub : ReportingHub
{
    public void Send(string name, string message) => Clients.All.broadcastMessage(name, message);
}

public class TestHub : ReportingHub
{
    public object Echo(object value) => value;
    public int Add(int a, int b) => a + b;
    public void Throw() => throw new InvalidOperationException("not for clients");
    public void ThrowHubException() => throw new HubException("for clients", new { code = 42 });

    public async Task<string> Progress(int steps, IProgress<int> progress)
    {
        for (var step = 1; step <= steps; step++)
        {
            progress.Report(step * 100 / steps);
            await Task.Yield();
        }
        return "done";
    }
}

public class EchoConnection : PersistentConnection
{
    protected override Task OnReceived(IRequest request, string connectionId, string data) =>
        Connection.Send(connectionId, data);
}
