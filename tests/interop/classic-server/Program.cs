// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real server library of classic SignalR. Every event of a connection's lifetime is a JSON line on standard output,
// in the words of tertulia-server.
//
// ClassicServer [--port N] [--keep-alive S|none] [--disconnect-timeout S] [--connection-timeout S] [--detailed-errors]
//               [--redis PORT --event-key KEY]

using System.Globalization;
using System.Reflection;
using Classic;
using Microsoft.AspNet.SignalR;
using Microsoft.AspNet.SignalR.Infrastructure;
using Microsoft.AspNet.SignalR.Messaging;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

// Much in it blocks a thread.
ThreadPool.SetMinThreads(64, 64);

string? Option(string name)
{
    var at = Array.IndexOf(args, "--" + name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}

TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

// Windows has performance counters; here nobody counts.
var counters = DispatchProxy.Create<IPerformanceCounterManager, NoCounters>();
GlobalHost.DependencyResolver.Register(typeof(IPerformanceCounterManager), () => counters);
GlobalHost.DependencyResolver.Register(typeof(IUserIdProvider), () => new TokenIsName());
if (Option("disconnect-timeout") is { } disconnectTimeout)
    GlobalHost.Configuration.DisconnectTimeout = Seconds(disconnectTimeout);
// Clients take it for theirs, and a busy machine is no reason to give up.
GlobalHost.Configuration.TransportConnectTimeout = TimeSpan.FromSeconds(30);
if (Option("connection-timeout") is { } connectionTimeout)
    GlobalHost.Configuration.ConnectionTimeout = Seconds(connectionTimeout);
if (Option("keep-alive") is { } keepAlive)
    GlobalHost.Configuration.KeepAlive = keepAlive == "none" ? null : Seconds(keepAlive);
if (Option("redis") is { } redis)
{
    var bus = new RedisBus(GlobalHost.DependencyResolver, int.Parse(redis), Option("event-key") ?? "signalr");
    GlobalHost.DependencyResolver.Register(typeof(IMessageBus), () => bus);
}

var host = new OwinHost();
host.MapHubs("/signalr", new HubConfiguration { EnableDetailedErrors = args.Contains("--detailed-errors") });
host.MapConnection("/echo", typeof(EchoConnection), new ConnectionConfiguration());
host.MapHubs("/open", new HubConfiguration { EnableDetailedErrors = true, EnableJSONP = true });
host.MapConnection("/open-echo", typeof(EchoConnection), new ConnectionConfiguration { EnableJSONP = true });

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(System.Net.IPAddress.Loopback, int.Parse(Option("port") ?? "0"));
    // The library writes as its time did.
    kestrel.AllowSynchronousIO = true;
    kestrel.Limits.MinResponseDataRate = null;
    kestrel.Limits.MinRequestBodyDataRate = null;
});
var app = builder.Build();
app.UseWebSockets();
app.Run(async context =>
{
    if (!await host.Handle(context))
        context.Response.StatusCode = StatusCodes.Status404NotFound;
});
await app.StartAsync();

var server = app.Services.GetRequiredService<IServer>();
foreach (var address in server.Features.Get<IServerAddressesFeature>()!.Addresses)
    Report.Line(new { listening = address });
// An orderly shutdown: clients are told before their requests end.
app.Lifetime.ApplicationStopping.Register(host.Shutdown.Cancel);
await app.WaitForShutdownAsync();

public class NoCounters : DispatchProxy
{
    static readonly IPerformanceCounter none = Create<IPerformanceCounter, NoCounter>();

    protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
        method!.ReturnType == typeof(IPerformanceCounter) ? none : null;
}

public class NoCounter : DispatchProxy
{
    protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
        method!.ReturnType is { IsValueType: true } type && type != typeof(void) ? Activator.CreateInstance(type) : null;
}
