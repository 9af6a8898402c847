using System.Diagnostics.Metrics;
using Loupe.Engine.Hosting;
using Loupe.Silo.Hosting;
using Loupe.Silo.Metrics;
using OpenTelemetry.Metrics;

namespace Loupe.Silo.Feeds;

/// <summary>What the full feed gives.</summary>
internal static class FeedFeatures
{
    public const string Name = "full";

    /// <summary>Registers the exporter of metrics.</summary>
    public static void AddMetrics(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ProcessMeter>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(MetricNames.Meters)
            .AddView(BucketsOf)
            .AddPrometheusExporter(prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
    }

    /// <summary>Registers what answers questions: this process alone, or a cluster.</summary>
    public static void AddServing(WebApplicationBuilder builder)
    {
        var (clustered, hasModel) = (ClusterProcess.IsAskedFor(builder.Configuration), ClusterProcess.HasModel(builder.Configuration));
        if (hasModel)
        {
            builder.Services.AddLoupeEngine(builder.Configuration);
        }
        else if (clustered)
        {
            builder.Services.AddLoupeImages(builder.Configuration);
        }
        else
        {
            throw new UsageException("Cluster:Roles leaves this process without a model, and there is no cluster to ask: add encode and decode, or --redis.");
        }

        if (clustered)
        {
            ClusterProcess.Add(builder);
        }
    }

    /// <summary>Maps what only a cluster has; before the gateway.</summary>
    public static void MapCluster(WebApplication app)
    {
        if (ClusterProcess.IsAskedFor(app.Configuration) && Dashboard.IsAskedFor(app.Configuration))
        {
            Dashboard.Map(app);
        }
    }

    /// <summary>Maps the exporter of metrics; from here on it listens.</summary>
    public static void MapMetrics(WebApplication app)
    {
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetRequiredService<ProcessMeter>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static MetricStreamConfiguration? BucketsOf(Instrument instrument) =>
        instrument.GetType().IsGenericType
        && instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>)
        && instrument is not Histogram<double> { Advice.HistogramBucketBoundaries: not null }
            ? new ExplicitBucketHistogramConfiguration { Boundaries = MetricBuckets.Of(MetricNames.Of(instrument, isCounter: false)) }
            : null;
}
