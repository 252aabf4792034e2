// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

static class Report
{
    static readonly JsonSerializerOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Line(object what)
    {
        lock (readable)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(what, readable));
            Console.Out.Flush();
        }
    }
}

/// <summary>What interop-hub.c offers, with the original.</summary>
public class InteropHub : Hub
{
    public override Task OnConnectedAsync()
    {
        var transport = Context.Features.Get<IHttpTransportFeature>()?.TransportType.ToString() ?? "";
        Report.Line(new { @event = "connected", id = Context.ConnectionId, transport = char.ToLowerInvariant(transport[0]) + transport[1..] });
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        Report.Line(new { @event = "disconnected", id = Context.ConnectionId });
        return base.OnDisconnectedAsync(exception);
    }

    public object? Echo(object? value) => value;
    public void Fail() => throw new HubException("for clients");
    public void Throw() => throw new InvalidOperationException("not for clients");

    public Task Say(string to, string who, string text)
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
        return clients.SendAsync("Heard", text);
    }

    public Task Join(string group) => Groups.AddToGroupAsync(Context.ConnectionId, group);
    public Task Leave(string group) => Groups.RemoveFromGroupAsync(Context.ConnectionId, group);
    public void End() => Context.Abort();

    public async IAsyncEnumerable<int> Count(int n)
    {
        foreach (var i in Enumerable.Range(1, n))
        {
            await Task.Yield();
            yield return i;
        }
    }

    public async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken cancelled)
    {
        yield return 1;
        try
        {
            await Task.Delay(Timeout.Infinite, cancelled);
        }
        finally
        {
            Report.Line(new { @event = "cancelled", id = Context.ConnectionId });
        }
    }

    public async Task<int> Sum(IAsyncEnumerable<int> numbers)
    {
        var sum = 0;
        await foreach (var number in numbers)
            sum += number;
        return sum;
    }

    public async IAsyncEnumerable<int> Twice(IAsyncEnumerable<int> numbers)
    {
        await foreach (var number in numbers)
            yield return 2 * number;
    }

    public async Task<object> Ask(object question)
    {
        try
        {
            return await Clients.Caller.InvokeAsync<object>("Ask", question, CancellationToken.None);
        }
        catch (Exception error) when (error is not HubException)
        {
            throw new HubException(error.Message);
        }
    }
}

/// <summary>Whoever shows a token is called so.</summary>
sealed class TokenIsName : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection)
    {
        var request = connection.GetHttpContext()!.Request;
        return request.Headers.Authorization is [{ } header] ? header.Split(' ')[1] : request.Query["access_token"];
    }
}
