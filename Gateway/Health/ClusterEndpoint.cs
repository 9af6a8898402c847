using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loupe.Gateway.Health;

/// <summary>The state of the serving processes.</summary>
internal static class ClusterEndpoint
{
    public static void MapCluster(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/cluster", (HttpContext context, IClusterView cluster) =>
            {
                context.Response.Headers.CacheControl = "no-store";
                return TypedResults.Json(cluster.Describe(), LoupeJson.Default.ClusterDescription);
            })
            .WithTags("Cluster")
            .WithSummary("Tells mode, bundle, and every silo's state and load.")
            .Produces<ClusterDescription>();
}
