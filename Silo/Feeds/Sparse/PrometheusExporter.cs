using System.Diagnostics.Metrics;
using System.Text;
using Loupe.Silo.Metrics;

namespace Loupe.Silo.Feeds;

/// <summary>Listens to Loupe's meters and writes what they measured in Prometheus' text format.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _scraping = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, PrometheusMetric> _metrics = new(StringComparer.Ordinal);
    private long _scrape;

    public PrometheusExporter()
    {
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Measure((double)value, tags, state));
        _listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public string Scrape()
    {
        lock (_scraping)
        {
            var scrape = Interlocked.Increment(ref _scrape);
            _listener.RecordObservableInstruments();
            PrometheusMetric[] metrics;
            lock (_metrics)
            {
                metrics = [.. _metrics.Values];
            }

            var text = new StringBuilder(16 << 10);
            foreach (var metric in metrics)
            {
                metric.WriteTo(text, scrape);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!MetricNames.IsExported(instrument.Meter))
        {
            return;
        }

        var metric = new PrometheusMetric(instrument);
        lock (_metrics)
        {
            // Instruments of one name are one metric, as they are to Prometheus.
            if (!_metrics.TryAdd(metric.Name, metric))
            {
                metric = _metrics[metric.Name];
            }
        }

        listener.EnableMeasurementEvents(instrument, metric);
    }

    private void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? metric) =>
        (metric as PrometheusMetric)?.Measure(value, tags, Interlocked.Read(ref _scrape));
}
