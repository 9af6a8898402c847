using Loupe.Gateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Loupe.Gateway.Health;

/// <summary>Whether the process runs, and whether it should get questions.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");

        health.MapGet("/live", () => Report(new HealthReport("live")))
            .WithSummary("Says that the process runs.")
            .Produces<HealthReport>();

        health.MapGet("/ready", Ready)
            .WithSummary("Says whether the process should get questions: bundle warm, not draining, not saturated.")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<HealthReport> Ready(HttpContext context, IClusterView cluster, Drain drain)
    {
        context.Response.Headers.CacheControl = "no-store";
        var reason = drain.Begun ? Drain.Reason : cluster.NotReadyBecause;
        if (reason is null)
        {
            return Report(new HealthReport("ready", Degraded: cluster.Degraded is { Count: > 0 } degraded ? degraded : null));
        }

        context.Response.Headers.RetryAfter = "1";
        return Report(new HealthReport("unready", reason), StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<HealthReport> Report(HealthReport report, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(report, GatewayJson.Default.HealthReport, statusCode: status);
}
