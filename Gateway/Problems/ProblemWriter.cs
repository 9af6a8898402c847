using System.Globalization;
using System.Text.Json;
using Loupe.Gateway.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Problems;

/// <summary>Makes a problem the whole response.</summary>
internal static class ProblemWriter
{
    public static Task WriteProblemAsync(this HttpContext context, Problem problem) =>
        WriteAsync(context, ProblemDocument.Of(problem, context.TraceIdentifier));

    public static Task WriteProblemAsync(this HttpContext context, int status, string? detail = null) =>
        WriteAsync(context, ProblemDocument.Of(status, detail, context.TraceIdentifier));

    private static async Task WriteAsync(HttpContext context, ProblemDocument document)
    {
        var response = context.Response;
        response.StatusCode = document.Status;
        response.ContentType = ProblemDocument.MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Remove(HeaderNames.ETag);
        if (document.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(document, GatewayJson.Default.ProblemDocument);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
