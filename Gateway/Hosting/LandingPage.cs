using System.Text.Encodings.Web;
using Loupe.Gateway.Questions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Loupe.Gateway.Hosting;

/// <summary>Says to a person with a browser what runs here.</summary>
internal static class LandingPage
{
    public static void MapLandingPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", Show).ExcludeFromDescription();

    private static ContentHttpResult Show(HttpContext context, ILocalizer localizer)
    {
        context.Response.Headers.CacheControl = "no-cache";
        var bundle = localizer.Bundle;
        return TypedResults.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Loupe</title>
            <h1>Loupe</h1>
            <p>Point at any part of a picture and ask.</p>
            <dl>
            <dt>Bundle<dd>{Text(bundle.Name)}{(bundle.Description is { Length: > 0 } description ? $": {Text(description)}" : "")}
            <dt>Digest<dd><code>{Text(bundle.Digest)}</code>
            <dt>Tasks<dd>{Text(string.Join(", ", bundle.Tasks.Select(NamedEnumConverter<VisionTask>.NameOf)))}
            </dl>
            <ul>
            <li><a href="/openapi/v1.json">The API</a> (OpenAPI)
            <li><a href="/v1/cluster">The cluster</a>
            <li><a href="/health/ready">Health</a>
            <li><a href="/metrics">Metrics</a>
            </ul>
            </html>

            """,
            "text/html; charset=utf-8");
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
