// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real ASP.NET Core SignalR server with the hub of bench-server.c, as .NET sets it up by default.
//
// GET /collect collects all garbage, so that what is left in memory can be compared.

using System.Runtime;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
// The load sends no pings while it is idle.
builder.Services.AddSignalR(hub => hub.ClientTimeoutInterval = TimeSpan.FromMinutes(10));

var app = builder.Build();
app.MapHub<BenchHub>("/test");
app.MapGet("/collect", () =>
{
    for (var i = 0; i < 2; i++)
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }
});
await app.StartAsync();

var server = app.Services.GetRequiredService<IServer>();
Console.WriteLine($$"""{"listening":"{{server.Features.Get<IServerAddressesFeature>()!.Addresses.First()}}"}""");
await app.WaitForShutdownAsync();

public class BenchHub : Hub
{
    public string Echo(string text) => text;
    public Task Broadcast(string text) => Clients.All.SendAsync("Broadcast", text);
}
