// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Reflection;
using Microsoft.AspNet.SignalR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Owin;
using Owin;

namespace Classic;

/// <summary>
/// Runs what the server library registers: for each request it makes the dictionary that OWIN hosts make, with
/// streaming, cancellation and WebSockets, and sends what comes of it.
/// </summary>
sealed class OwinHost
{
    readonly Dictionary<string, OwinMiddleware> mounts = [];

    public CancellationTokenSource Shutdown { get; } = new();

    public void MapHubs(string path, HubConfiguration configuration) => Map(path, configuration);

    public void MapConnection(string path, Type connection, ConnectionConfiguration configuration) => Map(path, connection, configuration);

    /// <summary>
    /// MapSignalR with those arguments. By reflection: the library asks for strong names, which the stand-ins have not;
    /// the compiler compares them, the runtime does not.
    /// </summary>
    void Map(params object[] arguments)
    {
        var types = new[] { "IAppBuilder" }.Concat(arguments.Select(a => a is Type ? "Type" : a.GetType().Name));
        var map = typeof(Hub).Assembly.GetType("Owin.OwinExtensions")!.GetMethods().Single(method =>
            method.Name == "MapSignalR" && !method.IsGenericMethod
            && method.GetParameters().Select(parameter => parameter.ParameterType.Name).SequenceEqual(types));
        map.Invoke(null, [NewBuilder(), .. arguments]);
    }

    Builder NewBuilder()
    {
        var builder = new Builder();
        builder.Properties["host.OnAppDisposing"] = Shutdown.Token;
        builder.Properties["host.AppName"] = "classic";
        builder.Properties["host.ReferencedAssemblies"] = new[] { typeof(OwinHost).Assembly };
        builder.Properties[Owin.MapExtensions.MapKey] = (string path, Action<IAppBuilder> branch) =>
        {
            var mount = NewBuilder();
            branch(mount);
            mounts.Add(path, (OwinMiddleware)mount.Build(typeof(OwinMiddleware)));
        };
        return builder;
    }

    /// <summary>Whether the request was for one of the mounts.</summary>
    public async Task<bool> Handle(HttpContext context)
    {
        foreach (var (path, application) in mounts)
        {
            if (!context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase, out var matched, out var rest))
                continue;
            var environment = MakeEnvironment(context, matched.Value!, rest.Value!);
            try
            {
                await application.Invoke(new OwinContext(environment));
                if (environment.TryGetValue(webSocketKey, out var serve))
                    await ((Func<Task>)serve)();
                else
                    await ((ResponseBody)environment["owin.ResponseBody"]).FlushAsync();
            }
            catch (Exception) when (!context.Response.HasStarted)
            {
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
            catch (Exception)
            {
                context.Abort();
            }
            return true;
        }
        return false;
    }

    const string webSocketKey = "stand-in.WebSocket";

    Dictionary<string, object> MakeEnvironment(HttpContext context, string pathBase, string path)
    {
        var request = context.Request;
        var environment = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["owin.Version"] = "1.0",
            ["owin.RequestBody"] = request.Body,
            ["owin.RequestHeaders"] = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray(),
                                                                   StringComparer.OrdinalIgnoreCase),
            ["owin.RequestMethod"] = request.Method,
            ["owin.RequestPath"] = path,
            ["owin.RequestPathBase"] = pathBase,
            ["owin.RequestProtocol"] = request.Protocol,
            ["owin.RequestQueryString"] = request.QueryString.Value?.TrimStart('?') ?? "",
            ["owin.RequestScheme"] = request.Scheme,
            ["owin.ResponseHeaders"] = new ResponseHeaders(context.Response),
            ["owin.CallCancelled"] = context.RequestAborted,
            ["server.User"] = context.User,
            ["server.RemoteIpAddress"] = context.Connection.RemoteIpAddress!.ToString(),
            ["server.Capabilities"] = new Dictionary<string, object> { ["websocket.Version"] = "1.0" },
            ["server.DisableResponseBuffering"] =
                () => context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering(),
            ["host.OnAppDisposing"] = Shutdown.Token,
        };
        environment["owin.ResponseBody"] = new ResponseBody(context.Response, environment);
        if (context.WebSockets.IsWebSocketRequest)
        {
            environment["websocket.Accept"] = (IDictionary<string, object> options, Func<IDictionary<string, object>, Task> serve) =>
            {
                environment[webSocketKey] = () => ServeWebSocket(context, environment, serve);
            };
        }
        return environment;
    }

    static async Task ServeWebSocket(HttpContext context, Dictionary<string, object> environment,
                                     Func<IDictionary<string, object>, Task> serve)
    {
        var options = new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero };
        using var inner = await context.WebSockets.AcceptWebSocketAsync(options);
        var socket = new PatientWebSocket(inner);
        await serve(new Dictionary<string, object>(environment)
        {
            [typeof(System.Net.WebSockets.WebSocketContext).FullName!] = new OwinWebSocketContext(socket),
        });
        await socket.Drain();
    }

    sealed class Builder : IAppBuilder
    {
        Func<OwinMiddleware?, OwinMiddleware>? make;

        public IDictionary<string, object> Properties { get; } = new Dictionary<string, object>();

        public IAppBuilder Use(object middleware, params object[] args)
        {
            make = next => (OwinMiddleware)Activator.CreateInstance((Type)middleware, [next, .. args])!;
            return this;
        }

        public object Build(Type returnType) => make!(null);

        public IAppBuilder New() => new Builder();
    }
}
