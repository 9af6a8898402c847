using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Auth;

/// <summary>Whose request it is.</summary>
internal static class CallerTenant
{
    private sealed record Feature(string Tenant);

    public static void SetTenant(this HttpContext context, string tenant) => context.Features.Set(new Feature(tenant));

    /// <summary>The tenant; every request that reached an endpoint of <c>/v1</c> has one.</summary>
    public static string Tenant(this HttpContext context) =>
        context.Features.Get<Feature>()?.Tenant ?? throw new InvalidOperationException("The request has no tenant.");
}
