using System.Net;
using System.Text;
using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Auth;

/// <summary>
/// Guards pages that operators open in a browser: by a key as a bearer token, or as the password that a browser asks for
/// (any user name). A server without keys shows them to callers on its own machine alone.
/// </summary>
internal sealed class OperatorPageMiddleware(RequestDelegate next, KeyRing keys)
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    // Such pages bring their own scripts, and styles inside them.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            return Task.CompletedTask;
        });
        if (keys.IsEmpty)
        {
            return context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
                ? next(context)
                : context.WriteProblemAsync(
                    StatusCodes.Status403Forbidden, "This page needs a key, and the server has none: configure Auth:Keys.");
        }

        if (KeyOf(context.Request.Headers.Authorization.ToString()) is { } key && keys.TenantOf(key) is not null)
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"loupe\", charset=\"UTF-8\"";
        return context.WriteProblemAsync(
            StatusCodes.Status401Unauthorized, "This page needs a key: as a bearer token, or as the password your browser asks for.");
    }

    internal static string? KeyOf(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var text = authorization[Basic.Length..].Trim();
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }
}

/// <summary>Puts pages for operators behind the server's keys.</summary>
internal static class OperatorPages
{
    /// <summary>Guards everything under a path; before anything under it is mapped.</summary>
    public static IApplicationBuilder UseOperatorKeys(this IApplicationBuilder app, PathString path) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(path), page => page.UseMiddleware<OperatorPageMiddleware>());
}
