// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Collections;

namespace Microsoft.Owin;

public interface IReadableStringCollection : IEnumerable<KeyValuePair<string, string[]>>
{
    string this[string key] { get; }
    string Get(string key);
    IList<string> GetValues(string key);
}

public interface IFormCollection : IReadableStringCollection { }

public interface IHeaderDictionary : IReadableStringCollection
{
    void Set(string key, string value);
}

/// <summary>Values by key; several of one key are joined by commas, as OWIN hosts do.</summary>
public class StringCollection(IDictionary<string, string[]> store) : IFormCollection, IHeaderDictionary
{
    public string this[string key] => Get(key);

    public string Get(string key) =>
        store.TryGetValue(key, out var values) && values is { Length: > 0 } ? string.Join(",", values) : null;

    public IList<string> GetValues(string key) => store.TryGetValue(key, out var values) ? values : null;

    public void Set(string key, string value)
    {
        if (string.IsNullOrEmpty(value))
            store.Remove(key);
        else
            store[key] = [value];
    }

    public IEnumerator<KeyValuePair<string, string[]>> GetEnumerator() => store.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What stands in a query or a form.</summary>
    public static StringCollection Parse(string text)
    {
        var pairs = (text ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
        var values = pairs.GroupBy(pair => Decode(pair[0]), pair => pair.Length > 1 ? Decode(pair[1]) : "",
                                   StringComparer.OrdinalIgnoreCase);
        return new StringCollection(values.ToDictionary(group => group.Key, group => group.ToArray(),
                                                        StringComparer.OrdinalIgnoreCase));
    }

    static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

public class RequestCookieCollection(string header) : IEnumerable<KeyValuePair<string, string>>
{
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        foreach (var part in header.Split(';', ','))
        {
            if (part.Split('=', 2) is [var name, var value])
                yield return new(Uri.UnescapeDataString(name.Trim()), Uri.UnescapeDataString(value.Trim()));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
