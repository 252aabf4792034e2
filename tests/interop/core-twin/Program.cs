// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real ASP.NET Core SignalR server with the hubs of part 4 of the conformance host, to be asked the same side by side.
//
// CoreTwin --urls http://127.0.0.1:0 [--name value…]

using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);            // --urls http://127.0.0.1:0
var o = builder.Configuration;                               // --name value, all optional
builder.Logging.ClearProviders();

builder.Services.AddAuthentication("token").AddScheme<AuthenticationSchemeOptions, TokenAuth>("token", null);
builder.Services.AddAuthorization();
builder.Services.AddCors();
builder.Services.AddSignalR(h =>
{
    TimeSpan? Ms(string name) => o[name] is { } v ? TimeSpan.FromMilliseconds(double.Parse(v)) : null;
    h.KeepAliveInterval = Ms("keep-alive-ms") ?? h.KeepAliveInterval;
    h.ClientTimeoutInterval = Ms("client-timeout-ms") ?? h.ClientTimeoutInterval;
    h.HandshakeTimeout = Ms("handshake-timeout-ms") ?? h.HandshakeTimeout;
    h.EnableDetailedErrors = o.GetValue("detailed-errors", false);
    h.MaximumParallelInvocationsPerClient = o.GetValue("parallel", 1);
    if (o["max-receive"] is { } m) h.MaximumReceiveMessageSize = long.Parse(m) is 0 ? null : long.Parse(m);
});

var app = builder.Build();
app.UseCors(c => c.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowAnyMethod().AllowCredentials());
app.UseAuthentication();
app.UseAuthorization();
void Endpoint(Microsoft.AspNetCore.Http.Connections.HttpConnectionDispatcherOptions e)
{
    e.AllowStatefulReconnects = o.GetValue("stateful", false);
    if (o["transports"] is { } t) e.Transports = Enum.Parse<Microsoft.AspNetCore.Http.Connections.HttpTransportType>(t);   // --transports "WebSockets, LongPolling"
    e.CloseOnAuthenticationExpiration = o.GetValue("close-on-expiry", false);
}
app.MapHub<ChatHub>("/chat", Endpoint);
app.MapHub<TestHub>("/test", Endpoint);
app.MapHub<SecureHub>("/secure", Endpoint);
await app.StartAsync();
foreach (var a in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
    Out.Line(new { listening = a, pid = Environment.ProcessId });
await app.WaitForShutdownAsync();

static class Out
{
    static readonly JsonSerializerOptions relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    public static void Line(object x) { lock (relaxed) { Console.Out.WriteLine(JsonSerializer.Serialize(x, relaxed)); Console.Out.Flush(); } }
}

public abstract class LoggedHub : Hub
{
    public override Task OnConnectedAsync()
    {
        Out.Line(new
        {
            @event = "connected", hub = GetType().Name, id = Context.ConnectionId, user = Context.UserIdentifier,
            transport = Context.Features.Get<Microsoft.AspNetCore.Http.Connections.Features.IHttpTransportFeature>()?.TransportType.ToString(),
            t = DateTime.UtcNow
        });
        return base.OnConnectedAsync();
    }
    public override Task OnDisconnectedAsync(Exception? e)
    {
        Out.Line(new { @event = "disconnected", hub = GetType().Name, id = Context.ConnectionId, exception = e?.GetType().Name, message = e?.Message, t = DateTime.UtcNow });
        return base.OnDisconnectedAsync(e);
    }
}

public class ChatHub : LoggedHub
{
    public Task SendMessage(string user, string message) => Clients.All.SendAsync("ReceiveMessage", user, message);
    public Task Send(string user, string message) => SendMessage(user, message);
}

public class TestHub : LoggedHub
{
    public object? Echo(object? x) => x;
    public int Add(int a, int b) => a + b;
    public void Throw() => throw new InvalidOperationException("secret detail");
    public void ThrowHubException() => throw new HubException("public detail");
    public async Task<int> Delay(int ms) { await Task.Delay(ms); return ms; }
    public async IAsyncEnumerable<int> Counter(int n, int delayMs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (int i = 0; i < n; i++) { if (delayMs > 0) await Task.Delay(delayMs, ct); yield return i; }
    }
    public async Task<long> Upload(IAsyncEnumerable<int> items) { long s = 0; await foreach (var i in items) s += i; return s; }
    public Task Broadcast(string text) => Clients.All.SendAsync("Broadcast", text);
    public Task<object> AskClient(object? question) => Clients.Caller.InvokeAsync<object>("Ask", question, CancellationToken.None);
    public Task Join(string g) => Groups.AddToGroupAsync(Context.ConnectionId, g);
    public Task Leave(string g) => Groups.RemoveFromGroupAsync(Context.ConnectionId, g);
    public Task SendToGroup(string g, string text) => Clients.Group(g).SendAsync("Group", g, text);
    public string WhoAmI() => Context.ConnectionId;
    public void Abort() => Context.Abort();
}

[Authorize]
public class SecureHub : LoggedHub
{
    public string? User() => Context.UserIdentifier;
}

/// Bearer "good" is user "alice"; "expires:N" is accepted for N seconds; anything else is 401.
class TokenAuth(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder enc)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, enc)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString(), token =
            header.StartsWith("Bearer ") ? header[7..] : Request.Query["access_token"].ToString();
        if (token == "") return Task.FromResult(AuthenticateResult.NoResult());
        var p = new AuthenticationProperties();
        if (token.StartsWith("expires:")) p.ExpiresUtc = DateTimeOffset.UtcNow.AddSeconds(double.Parse(token[8..]));
        else if (token != "good") return Task.FromResult(AuthenticateResult.Fail("bad token"));
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "alice")], "token"));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, p, "token")));
    }
}
