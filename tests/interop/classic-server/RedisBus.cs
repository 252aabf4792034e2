// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNet.SignalR;
using Microsoft.AspNet.SignalR.Messaging;

namespace Classic;

/// <summary>As much of Redis' protocol as a bus needs, on loopback.</summary>
sealed class Redis : IDisposable
{
    readonly TcpClient client = new() { NoDelay = true };
    readonly BufferedStream stream;

    public Redis(int port)
    {
        client.Connect(IPAddress.Loopback, port);
        stream = new BufferedStream(client.GetStream());
    }

    public void Dispose() => client.Dispose();

    public void Write(params object[] words)
    {
        var command = new MemoryStream();
        void Text(string text) => command.Write(Encoding.UTF8.GetBytes(text));
        Text($"*{words.Length}\r\n");
        foreach (var word in words)
        {
            var bytes = word as byte[] ?? Encoding.UTF8.GetBytes((string)word);
            Text($"${bytes.Length}\r\n");
            command.Write(bytes);
            Text("\r\n");
        }
        client.GetStream().Write(command.ToArray());
    }

    public object? Ask(params object[] words)
    {
        Write(words);
        return Read();
    }

    public object? Read()
    {
        var line = Line();
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case ':':
                return long.Parse(rest);
            case '$' when rest == "-1":
                return null;
            case '$':
                var bytes = new byte[int.Parse(rest) + 2];
                stream.ReadExactly(bytes);
                return bytes[..^2];
            case '*':
                var items = new object?[int.Parse(rest)];
                for (var i = 0; i < items.Length; i++)
                    items[i] = Read();
                return items;
            default:
                throw new InvalidOperationException(rest);
        }
    }

    string Line()
    {
        var text = new StringBuilder();
        for (int c; (c = stream.ReadByte()) != '\r';)
            text.Append(c >= 0 ? (char)c : throw new EndOfStreamException());
        stream.ReadByte();
        return text.ToString();
    }
}

/// <summary>
/// The library's own scale-out bus on Redis, as its package for Redis has it, which cannot be had here: the same script,
/// the same bytes, the same setting forward of the counter.
/// </summary>
sealed class RedisBus : ScaleoutMessageBus
{
    const string publish = "local id = redis.call('INCR', KEYS[1]) redis.call('PUBLISH', KEYS[1], id .. ' ' .. ARGV[1]) return id";
    const string restore = "local id = tonumber(redis.call('GET', KEYS[1])) " +
        "if not id or id < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end";

    readonly int port;
    readonly string key;
    readonly object one = new();
    Redis? commands;
    ulong last;

    public RedisBus(IDependencyResolver resolver, int port, string key) : base(resolver, new ScaleoutConfiguration())
    {
        this.port = port;
        this.key = key;
        new Thread(Serve) { IsBackground = true }.Start();
    }

    protected override Task Send(int stream, IList<Message> messages)
    {
        var body = new ScaleoutMessage(messages).ToBytes();
        lock (one)
            (commands ?? throw new InvalidOperationException("Redis is away."))
                .Ask("EVAL", publish, "1", key, (byte[])[.. BitConverter.GetBytes(body.Length), .. body]);
        return Task.CompletedTask;
    }

    void Serve()
    {
        for (; ; Thread.Sleep(200))
        {
            try
            {
                using var channel = new Redis(port);
                channel.Ask("SUBSCRIBE", key);
                lock (one)
                {
                    commands = new Redis(port);
                    if (last > 0)
                        commands.Ask("EVAL", restore, "1", key, last.ToString());
                }
                Open(0);
                Report.Line(new { @event = "redis", state = "up" });
                while (true)
                    Hear((byte[])((object?[])channel.Read()!)[2]!);
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
            {
                lock (one)
                {
                    commands?.Dispose();
                    commands = null;
                }
                Report.Line(new { @event = "redis", state = "down", error = e.Message });
            }
        }
    }

    void Hear(byte[] message)
    {
        var space = Array.IndexOf(message, (byte)' ');
        var id = ulong.Parse(Encoding.ASCII.GetString(message, 0, space));
        var length = BitConverter.ToInt32(message, space + 1);
        OnReceived(0, id, ScaleoutMessage.FromBytes(message[(space + 5)..(space + 5 + length)]));
        last = id;
    }
}
