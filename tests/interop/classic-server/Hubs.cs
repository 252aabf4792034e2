// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Collections.Concurrent;
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

/// <summary>What interop-hub.c offers, with the original.</summary>
public class InteropHub : Hub
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
        Report.Line(new { @event = "disconnected", id = Context.ConnectionId, stopCalled });
        return base.OnDisconnected(stopCalled);
    }

    void Tell(string name) =>
        Report.Line(new { @event = name, id = Context.ConnectionId, transport = Context.QueryString["transport"] });

    public object Echo(object value) => value;
    public void Fail() => throw new HubException("for clients", new { code = 42 });
    public void Throw() => throw new InvalidOperationException("not for clients");

    public void Say(string to, string who, string text)
    {
        var clients = to switch
        {
            "all" => Clients.All,
            "except" => Clients.AllExcept(who),
            "others" => Clients.Others,
            "caller" => Clients.Caller,
            "client" => Clients.Client(who),
            "group" => Clients.Group(who),
            "user" => Clients.User(who),
            _ => throw new HubException("nobody is called that"),
        };
        clients.Heard(text);
    }

    public Task Join(string group) => Groups.Add(Context.ConnectionId, group);
    public Task Leave(string group) => Groups.Remove(Context.ConnectionId, group);
    public Task Join(string group, string id) => Groups.Add(id, group);
    public Task Leave(string group, string id) => Groups.Remove(id, group);

    static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> work = new();

    public Task<string> Work(int n, IProgress<int> progress)
    {
        for (var i = 1; i <= n; i++)
            progress.Report(i);
        return (work[Context.ConnectionId] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Done(string id) => work[id].SetResult("done");

    public int Tally()
    {
        var before = Convert.ToInt32((object?)Clients.CallerState.tally ?? 0);
        Clients.CallerState.tally = before + 1;
        return before;
    }
}

/// <summary>Whoever shows a token is called so.</summary>
sealed class TokenIsName : IUserIdProvider
{
    public string? GetUserId(IRequest request) => request.QueryString["access_token"];
}

public class EchoConnection : PersistentConnection
{
    protected override Task OnReceived(IRequest request, string connectionId, string data) =>
        data?.StartsWith("all: ") == true ? Connection.Broadcast(data) : Connection.Send(connectionId, data);
}
