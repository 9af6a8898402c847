using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Hosting;

/// <summary>Gives every request an id, the caller's where it sent one, and tells it in the response and in the log.</summary>
internal sealed class RequestIds(RequestDelegate next)
{
    public const string Header = "x-request-id";
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    public Task InvokeAsync(HttpContext context)
    {
        var id = Clean(context.Request.Headers[Header]) ?? Generate();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        return next(context);
    }

    /// <summary>What of a caller's id can safely stand in a header and a log line; null when nothing can.</summary>
    internal static string? Clean(string? given)
    {
        if (string.IsNullOrEmpty(given))
        {
            return null;
        }

        if (given.Length <= MaxLength && !given.AsSpan().ContainsAnyExcept(Allowed))
        {
            return given;
        }

        var clean = string.Concat(given.Where(Allowed.Contains).Take(MaxLength));
        return clean.Length > 0 ? clean : null;
    }

    private static string Generate() => ActivityTraceId.CreateRandom().ToHexString();
}
