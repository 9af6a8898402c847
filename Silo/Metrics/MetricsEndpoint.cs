using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Loupe.Silo.Metrics;

/// <summary><c>/metrics</c>, by OpenTelemetry's exporter for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void Add(IServiceCollection services)
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

    /// <summary>Maps the endpoint; from here on the exporter listens.</summary>
    public static void Map(WebApplication app)
    {
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetRequiredService<ProcessMeter>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static MetricStreamConfiguration? BucketsOf(Instrument instrument) =>
        instrument.GetType().IsGenericType
        && instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>)
        && instrument is not Histogram<double> { Advice.HistogramBucketBoundaries: not null }
            ? new ExplicitBucketHistogramConfiguration { Boundaries = MetricBuckets.Of(instrument.Name, instrument.Unit) }
            : null;
}
