// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the server library calls while an application is put together.

using Owin;

namespace Microsoft.Owin.Infrastructure
{
    public static class SignatureConversions
    {
        public static void AddConversions(IAppBuilder app) { }
    }
}

namespace Microsoft.Owin.Extensions
{
    public static class IntegratedPipelineExtensions
    {
        public static IAppBuilder UseStageMarker(this IAppBuilder app, PipelineStage stage) => app;
    }
}

namespace Owin
{
    public enum PipelineStage
    {
        Authenticate, PostAuthenticate, Authorize, PostAuthorize, ResolveCache, PostResolveCache, MapHandler,
        PostMapHandler, AcquireState, PostAcquireState, PreHandlerExecute,
    }

    public static class MapExtensions
    {
        /// <summary>A host puts the function that adds a branch into the builder's properties, by this key.</summary>
        public const string MapKey = "stand-in.Map";

        public static IAppBuilder Map(this IAppBuilder app, string path, Action<IAppBuilder> branch)
        {
            ((Action<string, Action<IAppBuilder>>)app.Properties[MapKey])(path, branch);
            return app;
        }
    }
}
