// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

/// <summary>Negotiates, and connects a WebSocket, for a user whose name is token enough.</summary>
sealed class WebSocketConnectionFactory(string? user) : IConnectionFactory
{
    static readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        var uri = ((UriEndPoint)endPoint).Uri;
        using var request = new HttpRequestMessage(HttpMethod.Post, uri + "/negotiate?negotiateVersion=1");
        if (user != null)
            request.Headers.Authorization = new("Bearer", user);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        var token = answer.RootElement.GetProperty("connectionToken").GetString()!;

        var socket = new ClientWebSocket();
        if (user != null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + user);
        var address = new UriBuilder(uri) { Scheme = "ws", Query = "id=" + Uri.EscapeDataString(token) };
        await socket.ConnectAsync(address.Uri, cancellationToken);
        return new WebSocketConnection(socket, answer.RootElement.GetProperty("connectionId").GetString()!);
    }
}

/// <summary>A WebSocket as the pair of pipes that the client reads and writes.</summary>
sealed class WebSocketConnection : ConnectionContext
{
    readonly ClientWebSocket socket;
    readonly Pipe incoming = new(), outgoing = new();
    readonly CancellationTokenSource ended = new();
    readonly Task running;

    public WebSocketConnection(ClientWebSocket socket, string id)
    {
        this.socket = socket;
        ConnectionId = id;
        Transport = new Ends(incoming.Reader, outgoing.Writer);
        running = Task.WhenAll(Receive(), Send());
    }

    public override string ConnectionId { get; set; }
    public override IDuplexPipe Transport { get; set; }
    public override IFeatureCollection Features { get; } = new FeatureCollection();
    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    async Task Receive()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(incoming.Writer.GetMemory(4096), ended.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                incoming.Writer.Advance(received.Count);
                await incoming.Writer.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Ended by us.
        }
        catch (WebSocketException e)
        {
            error = e;
        }
        incoming.Writer.Complete(error);
        outgoing.Reader.CancelPendingRead();
    }

    async Task Send()
    {
        try
        {
            ReadResult read;
            do
            {
                read = await outgoing.Reader.ReadAsync();
                if (!read.Buffer.IsEmpty)
                    await socket.SendAsync(read.Buffer.ToArray(), WebSocketMessageType.Text, true, ended.Token);
                outgoing.Reader.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && !read.IsCanceled);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The receiving half tells of it.
        }
        outgoing.Reader.Complete();
    }

    public override void Abort()
    {
        ended.Cancel();
        socket.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        Transport.Output.Complete();
        Transport.Input.Complete();
        // For the peer's Close, as long as the official transport waits.
        ended.CancelAfter(TimeSpan.FromSeconds(5));
        await running;
        socket.Dispose();
        ended.Dispose();
    }

    sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
