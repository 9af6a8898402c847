using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Loupe.Silo.Tracing;

/// <summary>
/// Names the span of a request by its method and route, such as <c>POST /v1/questions</c>; never by its path, which may have an id
/// in it.
/// </summary>
internal static class RouteNames
{
    /// <summary>Before everything else, where traces are asked for.</summary>
    public static void Use(WebApplication app)
    {
        if (TracingOptions.IsAskedFor(app.Configuration))
        {
            app.Use(NameAsync);
        }
    }

    private static async Task NameAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            // Only now is the route known.
            Name(context, context.Features.Get<IHttpActivityFeature>()?.Activity);
        }
    }

    private static void Name(HttpContext context, Activity? span)
    {
        if (span is not null)
        {
            span.DisplayName = context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
                ? $"{context.Request.Method} /{route.Trim('/')}"
                : context.Request.Method;
        }
    }
}
