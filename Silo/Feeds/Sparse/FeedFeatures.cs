using Loupe.Engine.Hosting;
using Loupe.Silo.Hosting;
using Loupe.Silo.Metrics;

namespace Loupe.Silo.Feeds;

/// <summary>What the sparse feed gives: everything on one node, without the cluster's packages.</summary>
internal static class FeedFeatures
{
    public const string Name = "sparse";

    /// <summary>Registers the exporter of metrics.</summary>
    public static void AddMetrics(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ProcessMeter>();
        services.AddSingleton<PrometheusExporter>();
    }

    /// <summary>Registers what answers questions: this process alone.</summary>
    public static void AddServing(WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue("Cluster:Silos", 1) != 1)
        {
            throw new UsageException("--silos needs the cluster, which this build lacks: its package feed has no Orleans. Build on the full feed.");
        }

        if (!string.IsNullOrEmpty(builder.Configuration["Cluster:Redis"]))
        {
            throw new UsageException("--redis needs the cluster, which this build lacks: its package feed has no Orleans. Build on the full feed.");
        }

        builder.Services.AddLoupeEngine(builder.Configuration);
    }

    /// <summary>Maps what only a cluster has, which this feed lacks.</summary>
    public static void MapCluster(WebApplication app)
    {
    }

    /// <summary>Maps the exporter of metrics; from here on it listens.</summary>
    public static void MapMetrics(WebApplication app)
    {
        var exporter = app.Services.GetRequiredService<PrometheusExporter>();
        app.Services.GetRequiredService<ProcessMeter>();
        app.MapGet("/metrics", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Text(exporter.Scrape(), PrometheusExporter.MediaType);
        }).ExcludeFromDescription();
    }
}
