using System.Globalization;
using System.Text.Json;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Problems;

/// <summary>Makes a problem the whole response, in the shape that callers of the address expect.</summary>
internal static class ProblemWriter
{
    public static Task WriteProblemAsync(this HttpContext context, Problem problem) =>
        WriteAsync(context, ProblemDocument.Of(problem, context.TraceIdentifier));

    public static Task WriteProblemAsync(this HttpContext context, int status, string? detail = null) =>
        WriteAsync(context, ProblemDocument.Of(status, detail ?? Instead(context, status), context.TraceIdentifier));

    private static string? Instead(HttpContext context, int status) =>
        status == StatusCodes.Status404NotFound ? OpenAiPaths.InsteadOf(context.Request.Path) : null;

    private static async Task WriteAsync(HttpContext context, ProblemDocument document)
    {
        var response = context.Response;
        response.StatusCode = document.Status;
        var openAi = OpenAiPaths.Include(context.Request.Path);
        response.ContentType = openAi ? "application/json" : ProblemDocument.MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Remove(HeaderNames.ETag);
        if (document.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = openAi
            ? JsonSerializer.SerializeToUtf8Bytes(OpenAiError.Of(document), OpenAiJson.Default.OpenAiError)
            : JsonSerializer.SerializeToUtf8Bytes(document, GatewayJson.Default.ProblemDocument);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
