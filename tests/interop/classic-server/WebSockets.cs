// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Collections.Specialized;
using System.Net;
using System.Net.WebSockets;
using System.Security.Principal;

namespace Classic;

/// <summary>The library takes the socket out of one of these.</summary>
sealed class OwinWebSocketContext(WebSocket socket) : WebSocketContext
{
    public override WebSocket WebSocket => socket;
    public override Uri RequestUri => null!;
    public override NameValueCollection Headers => null!;
    public override string Origin => null!;
    public override IEnumerable<string> SecWebSocketProtocols => [];
    public override string SecWebSocketVersion => "13";
    public override string SecWebSocketKey => null!;
    public override CookieCollection CookieCollection => null!;
    public override IPrincipal? User => null;
    public override bool IsAuthenticated => false;
    public override bool IsLocal => true;
    public override bool IsSecureConnection => false;
}

/// <summary>
/// The library sends Close and then cancels its receive. Since .NET 5 that resets the TCP connection, often before the
/// peer has read the Close; here the receive goes on until the peer's Close comes, or 5 seconds have passed.
/// </summary>
sealed class PatientWebSocket(WebSocket inner) : WebSocket
{
    Task<WebSocketReceiveResult>? pending;

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        pending = inner.ReceiveAsync(buffer, CancellationToken.None);
        var result = await pending.WaitAsync(cancellationToken);
        pending = null;
        return result;
    }

    public async Task Drain()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var nowhere = new byte[4096];
        try
        {
            var received = pending is null ? null : await pending.WaitAsync(limit.Token);
            while (received?.MessageType != WebSocketMessageType.Close && inner.State == WebSocketState.CloseSent)
                received = await inner.ReceiveAsync(nowhere, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The peer is gone, or takes too long; that is an end as well.
        }
    }

    public override WebSocketState State => inner.State;
    public override WebSocketCloseStatus? CloseStatus => inner.CloseStatus;
    public override string? CloseStatusDescription => inner.CloseStatusDescription;
    public override string? SubProtocol => inner.SubProtocol;

    public override void Abort() => inner.Abort();
    public override void Dispose() => inner.Dispose();
    public override Task CloseAsync(WebSocketCloseStatus status, string? description, CancellationToken cancellationToken) =>
        inner.CloseAsync(status, description, cancellationToken);
    public override Task CloseOutputAsync(WebSocketCloseStatus status, string? description, CancellationToken cancellationToken) =>
        inner.CloseOutputAsync(status, description, cancellationToken);
    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType type, bool end, CancellationToken cancellationToken) =>
        inner.SendAsync(buffer, type, end, cancellationToken);
}
