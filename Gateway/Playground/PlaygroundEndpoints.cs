using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Playground;

/// <summary>The page at <c>/</c>, its assets (embedded in this assembly) and the bundle's demo scenes.</summary>
internal static class PlaygroundEndpoints
{
    // The page runs its own scripts and shows pictures it was given; it loads nothing from elsewhere.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri "
            + "'none'; frame-ancestors 'none'";

    private static readonly FileExtensionContentTypeProvider MediaTypes = new();
    private static readonly Assembly Home = typeof(PlaygroundEndpoints).Assembly;

    // All assets change together, with the assembly: a browser that has them asks again and is told so in a few bytes.
    private static readonly EntityTagHeaderValue Version = new($"\"{Home.ManifestModule.ModuleVersionId:n}\"");

    /// <param name="routes">Where to map.</param>
    /// <param name="demoDirectory">Folder with <c>scenes.json</c> and its pictures, or null for none.</param>
    public static void MapPlayground(this IEndpointRouteBuilder routes, string? demoDirectory)
    {
        routes.MapGet("/", (HttpContext context) => Asset(context, "index.html")).ExcludeFromDescription().AllowAnonymous();
        routes.MapGet("/playground/{**file}", (HttpContext context, string file) => Asset(context, file))
            .ExcludeFromDescription()
            .AllowAnonymous();
        routes.MapGet("/demo/{file}", (string file) => Demo(demoDirectory, file)).ExcludeFromDescription().AllowAnonymous();
    }

    private static IResult Asset(HttpContext context, string file)
    {
        if (Home.GetManifestResourceStream($"playground/{file}") is not { } stream || !MediaTypes.TryGetContentType(file, out var type))
        {
            throw LocalizerException.Of(ProblemKind.NotFound, "The playground has no such file.");
        }

        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Stream(stream, type, entityTag: Version);
    }

    private static IResult Demo(string? directory, string file)
    {
        // A route segment cannot hold a slash; the name is still reduced to its last part, so that nothing above is served.
        var path = directory is null ? null : Path.Combine(directory, Path.GetFileName(file));
        return path is not null && File.Exists(path) && MediaTypes.TryGetContentType(file, out var type)
            ? Results.File(path, type)
            : throw LocalizerException.Of(ProblemKind.NotFound, "There is no such demo scene.");
    }
}
