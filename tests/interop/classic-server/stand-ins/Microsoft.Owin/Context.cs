// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Security.Principal;
using System.Text;

// The members of Microsoft.Owin that the server library calls: views of the dictionary that OWIN makes of a request.
namespace Microsoft.Owin;

public interface IOwinRequest
{
    IReadableStringCollection Query { get; }
}

public interface IOwinResponse
{
    int StatusCode { get; set; }
    string ReasonPhrase { get; set; }
}

public interface IOwinContext
{
    IDictionary<string, object> Environment { get; }
    IOwinRequest Request { get; }
    IOwinResponse Response { get; }
}

public struct PathString(string value)
{
    public string Value { get; } = value;

    public static PathString operator +(PathString a, PathString b) => new((a.Value ?? "") + (b.Value ?? ""));
}

public class OwinRequest(IDictionary<string, object> environment) : IOwinRequest
{
    const string QueryKey = "stand-in.Query", FormKey = "stand-in.Form";

    public virtual IDictionary<string, object> Environment { get; } = environment;
    public virtual IPrincipal User => Get<IPrincipal>("server.User");
    public virtual PathString PathBase => new(Get<string>("owin.RequestPathBase"));
    public virtual PathString Path => new(Get<string>("owin.RequestPath"));
    public virtual IHeaderDictionary Headers => new StringCollection(RawHeaders);
    public virtual RequestCookieCollection Cookies =>
        new(RawHeaders.TryGetValue("Cookie", out var cookies) ? string.Join(";", cookies) : "");

    public virtual Uri Uri
    {
        get
        {
            var path = Uri.EscapeDataString((PathBase + Path).Value).Replace("%2F", "/");
            var query = Get<string>("owin.RequestQueryString");
            return new Uri($"{Get<string>("owin.RequestScheme")}://{Headers.Get("Host")}{path}"
                           + (string.IsNullOrEmpty(query) ? "" : "?" + query));
        }
    }

    public virtual IReadableStringCollection Query
    {
        get
        {
            if (!Environment.ContainsKey(QueryKey))
                Environment[QueryKey] = StringCollection.Parse(Get<string>("owin.RequestQueryString"));
            return (IReadableStringCollection)Environment[QueryKey];
        }
    }

    IDictionary<string, string[]> RawHeaders => Get<IDictionary<string, string[]>>("owin.RequestHeaders");

    /// <summary>The form of a POST; read once, since a body can be.</summary>
    public virtual async Task<IFormCollection> ReadFormAsync()
    {
        if (!Environment.ContainsKey(FormKey))
        {
            using var reader = new StreamReader(Get<Stream>("owin.RequestBody"), Encoding.UTF8, leaveOpen: true);
            Environment[FormKey] = StringCollection.Parse(await reader.ReadToEndAsync());
        }
        return (IFormCollection)Environment[FormKey];
    }

    T Get<T>(string key) => Environment.TryGetValue(key, out var value) && value is T typed ? typed : default;
}

public class OwinResponse(IDictionary<string, object> environment) : IOwinResponse
{
    public virtual IHeaderDictionary Headers => new StringCollection(Get<IDictionary<string, string[]>>("owin.ResponseHeaders"));
    public virtual Stream Body => Get<Stream>("owin.ResponseBody");

    public virtual int StatusCode
    {
        get => environment.TryGetValue("owin.ResponseStatusCode", out var status) ? (int)status : 200;
        set => environment["owin.ResponseStatusCode"] = value;
    }

    public virtual string ReasonPhrase
    {
        get => Get<string>("owin.ResponseReasonPhrase");
        set => environment["owin.ResponseReasonPhrase"] = value;
    }

    public virtual string ContentType
    {
        get => Headers.Get("Content-Type");
        set => Headers.Set("Content-Type", value);
    }

    public virtual T Get<T>(string key) => environment.TryGetValue(key, out var value) && value is T typed ? typed : default;
}

public class OwinContext(IDictionary<string, object> environment) : IOwinContext
{
    public IDictionary<string, object> Environment { get; } = environment;
    public IOwinRequest Request { get; } = new OwinRequest(environment);
    public IOwinResponse Response { get; } = new OwinResponse(environment);
}

public abstract class OwinMiddleware(OwinMiddleware next)
{
    protected OwinMiddleware Next { get; set; } = next;

    public abstract Task Invoke(IOwinContext context);
}
