using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Auth;

/// <summary>Finds out whose request it is, before anything of the request is read.</summary>
internal sealed class TenantMiddleware(RequestDelegate next, KeyRing keys)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        if (keys.IsEmpty)
        {
            context.SetTenant(Tenants.Default);
            return next(context);
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(context, "Bearer realm=\"loupe\"", "This server needs a key: Authorization: Bearer <key>.");
        }

        if (keys.TenantOf(authorization[Scheme.Length..].Trim()) is not { } tenant)
        {
            return Refuse(context, "Bearer realm=\"loupe\", error=\"invalid_token\"", "The key is not known to this server.");
        }

        context.SetTenant(tenant);
        return next(context);
    }

    private static Task Refuse(HttpContext context, string challenge, string detail)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return context.WriteProblemAsync(StatusCodes.Status401Unauthorized, detail);
    }
}
