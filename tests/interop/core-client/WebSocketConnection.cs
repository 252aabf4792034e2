// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Abstractions;
using Microsoft.AspNetCore.Http.Features;

/// <summary>Negotiates, and connects a WebSocket, for a user whose name is token enough.</summary>
sealed class WebSocketConnectionFactory(string? user, bool stateful) : IConnectionFactory
{
    static readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        var uri = ((UriEndPoint)endPoint).Uri;
        var query = "?negotiateVersion=1" + (stateful ? "&useStatefulReconnect=true" : "");
        using var request = new HttpRequestMessage(HttpMethod.Post, uri + "/negotiate" + query);
        if (user != null)
            request.Headers.Authorization = new("Bearer", user);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        var token = answer.RootElement.GetProperty("connectionToken").GetString()!;
        var resumes = answer.RootElement.TryGetProperty("useStatefulReconnect", out var granted) && granted.GetBoolean();

        var address = new UriBuilder(uri) { Scheme = "ws", Query = "id=" + Uri.EscapeDataString(token) };
        var connection = new WebSocketConnection(address.Uri, user, answer.RootElement.GetProperty("connectionId").GetString()!, resumes);
        await connection.Connect(cancellationToken);
        return connection;
    }
}

/// <summary>
/// A WebSocket as the pair of pipes that the client reads and writes; or one after the other, each with a new pipe to write to,
/// where the client can go on.
/// </summary>
sealed class WebSocketConnection : ConnectionContext, IStatefulReconnectFeature
{
    readonly Uri address;
    readonly string? user;
    readonly Pipe incoming = new();
    readonly CancellationTokenSource ended = new();
    ClientWebSocket socket = new();
    Pipe outgoing = new();
    Task running = Task.CompletedTask;
    bool resumes;
    Func<PipeWriter, Task>? tellResumed;

    public WebSocketConnection(Uri address, string? user, string id, bool resumes)
    {
        this.address = address;
        this.user = user;
        this.resumes = resumes;
        ConnectionId = id;
        Transport = new Ends(incoming.Reader, outgoing.Writer);
        if (resumes)
            Features.Set<IStatefulReconnectFeature>(this);
    }

    public override string ConnectionId { get; set; }
    public override IDuplexPipe Transport { get; set; }
    public override IFeatureCollection Features { get; } = new FeatureCollection();
    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public void OnReconnected(Func<PipeWriter, Task> notifyOnReconnect) => tellResumed = notifyOnReconnect;
    public void DisableReconnect() => resumes = false;

    public async Task Connect(CancellationToken cancellationToken)
    {
        await Open(cancellationToken);
        running = Run();
    }

    async Task Open(CancellationToken cancellationToken)
    {
        socket = new();
        if (user != null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + user);
        await socket.ConnectAsync(address, cancellationToken);
    }

    async Task Run()
    {
        var error = await Serve();
        while (error != null && resumes && await Resume())
            error = await Serve();
        incoming.Writer.Complete(error);
    }

    // Once, like the official transport.
    async Task<bool> Resume()
    {
        outgoing = new();
        Transport = new Ends(incoming.Reader, outgoing.Writer);
        try
        {
            await Open(ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            return false;
        }
        _ = tellResumed!(outgoing.Writer);
        return true;
    }

    /// <summary>Until the socket has ended; with the error, where it was one.</summary>
    async Task<Exception?> Serve()
    {
        var sending = Send(outgoing.Reader);
        var error = await Receive();
        outgoing.Reader.CancelPendingRead();
        await sending;
        return error;
    }

    async Task<Exception?> Receive()
    {
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(incoming.Writer.GetMemory(4096), ended.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    return null;
                incoming.Writer.Advance(received.Count);
                await incoming.Writer.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Ended by us.
            return null;
        }
        catch (WebSocketException e)
        {
            return e;
        }
    }

    async Task Send(PipeReader from)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await from.ReadAsync();
                if (!read.Buffer.IsEmpty)
                    await socket.SendAsync(read.Buffer.ToArray(), WebSocketMessageType.Text, true, ended.Token);
                from.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && !read.IsCanceled);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The receiving half tells of it.
        }
        from.Complete();
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
