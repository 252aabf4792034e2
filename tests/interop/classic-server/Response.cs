// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Classic;

/// <summary>
/// Keeps what is written until it is flushed, as the library expects; the status goes out before the first byte.
/// </summary>
sealed class ResponseBody(HttpResponse response, IDictionary<string, object> environment) : Stream
{
    readonly MemoryStream pending = new();

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (pending)
            pending.Write(buffer, offset, count);
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        await FlushAsync(cancellationToken);
    }

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!response.HasStarted && environment.TryGetValue("owin.ResponseStatusCode", out var status))
            response.StatusCode = (int)status;
        byte[] bytes;
        lock (pending)
        {
            bytes = pending.ToArray();
            pending.SetLength(0);
        }
        if (bytes.Length > 0)
            await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Kestrel's headers in the shape that OWIN gives them; what comes after the first byte is dropped.</summary>
sealed class ResponseHeaders(HttpResponse response) : IDictionary<string, string[]>
{
    public string[] this[string key]
    {
        get => response.Headers[key].ToArray()!;
        set
        {
            if (!response.HasStarted)
                response.Headers[key] = value;
        }
    }

    public ICollection<string> Keys => response.Headers.Keys;
    public ICollection<string[]> Values => [.. response.Headers.Keys.Select(key => this[key])];
    public int Count => response.Headers.Count;
    public bool IsReadOnly => false;

    public void Add(string key, string[] value) => this[key] = value;
    public void Add(KeyValuePair<string, string[]> item) => this[item.Key] = item.Value;
    public void Clear() => response.Headers.Clear();
    public bool Contains(KeyValuePair<string, string[]> item) => ContainsKey(item.Key);
    public bool ContainsKey(string key) => response.Headers.ContainsKey(key);
    public void CopyTo(KeyValuePair<string, string[]>[] array, int arrayIndex) => throw new NotSupportedException();
    public bool Remove(string key) => !response.HasStarted && response.Headers.Remove(key);
    public bool Remove(KeyValuePair<string, string[]> item) => Remove(item.Key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string[] value)
    {
        value = ContainsKey(key) ? this[key] : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, string[]>> GetEnumerator() =>
        response.Headers.Keys.Select(key => KeyValuePair.Create(key, this[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
