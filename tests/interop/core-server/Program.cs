// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real ASP.NET Core SignalR server: InteropHub at /interop, and at /stateful with stateful reconnect. Every event of a
// connection's lifetime is a JSON line on standard output, in the words of tertulia-server.
//
// CoreServer --urls http://127.0.0.1:0 [--keep-alive S] [--client-timeout S] [--detailed-errors true]

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;

var builder = WebApplication.CreateBuilder(args);
var options = builder.Configuration;
builder.Logging.ClearProviders();
builder.Services.AddSingleton<IUserIdProvider, TokenIsName>();
builder.Services.AddSignalR(hub =>
{
    TimeSpan Seconds(string name, TimeSpan byDefault) =>
        options[name] is { } value ? TimeSpan.FromSeconds(double.Parse(value)) : byDefault;

    hub.KeepAliveInterval = Seconds("keep-alive", TimeSpan.FromSeconds(15));
    hub.ClientTimeoutInterval = Seconds("client-timeout", TimeSpan.FromSeconds(30));
    hub.EnableDetailedErrors = options.GetValue("detailed-errors", false);
    // Else a method waits for its own client result.
    hub.MaximumParallelInvocationsPerClient = 2;
});

var app = builder.Build();
app.MapHub<InteropHub>("/interop");
app.MapHub<InteropHub>("/stateful", endpoint => endpoint.AllowStatefulReconnects = true);
await app.StartAsync();

var server = app.Services.GetRequiredService<IServer>();
foreach (var address in server.Features.Get<IServerAddressesFeature>()!.Addresses)
    Report.Line(new { listening = address });
await app.WaitForShutdownAsync();
