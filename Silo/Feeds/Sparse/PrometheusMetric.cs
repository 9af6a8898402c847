using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Loupe.Silo.Metrics;

namespace Loupe.Silo.Feeds;

/// <summary>An instrument as Prometheus sees it: a counter, a gauge or a histogram.</summary>
internal sealed class PrometheusMetric
{
    private readonly Kind _kind;
    private readonly bool _isObserved;
    private readonly double[] _bounds;
    private readonly string _help;
    private readonly LabelSets _series;

    public PrometheusMetric(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        _kind = type switch
        {
            _ when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => Kind.Counter,
            _ when type == typeof(Histogram<>) => Kind.Histogram,
            _ when type == typeof(UpDownCounter<>) => Kind.Sum,
            _ => Kind.Gauge,
        };
        _isObserved = instrument.IsObservable;
        Name = MetricNames.Of(instrument, _kind == Kind.Counter);
        _help = (instrument.Description ?? Name).Replace("\\", @"\\").Replace("\n", "\\n");
        _bounds = _kind == Kind.Histogram ? AdviceOf(instrument) ?? MetricBuckets.Of(Name) : [];
        _series = new LabelSets(_bounds);
    }

    private enum Kind
    {
        Counter,
        Sum,
        Gauge,
        Histogram,
    }

    public string Name { get; }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        if (_series.Find(tags) is not { } series)
        {
            return;
        }

        if (_isObserved)
        {
            series.Set(value, scrape);
        }
        else if (_kind == Kind.Histogram)
        {
            series.Record(value);
        }
        else if (_kind == Kind.Gauge)
        {
            series.Set(value, 0);
        }
        else
        {
            series.Add(value);
        }
    }

    public void WriteTo(StringBuilder text, long scrape)
    {
        var type = _kind switch { Kind.Counter => "counter", Kind.Histogram => "histogram", _ => "gauge" };
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_help}\n# TYPE {Name} {type}\n");
        foreach (var series in _series.All)
        {
            if (_kind == Kind.Histogram)
            {
                WriteHistogram(text, series);
            }
            else if (!_isObserved || series.SeenInScrape == scrape)
            {
                Line(text, Name, series.Labels, series.Read());
            }
        }
    }

    private static double[]? AdviceOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<float> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => null,
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void WriteHistogram(StringBuilder text, PrometheusSeries series)
    {
        var (counts, sum) = series.ReadHistogram();
        var comma = series.Labels.Length > 0 ? "," : "";
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            var bound = i < _bounds.Length ? _bounds[i] : double.PositiveInfinity;
            Line(text, $"{Name}_bucket", $"{series.Labels}{comma}le=\"{Number(bound)}\"", total);
        }

        Line(text, $"{Name}_sum", series.Labels, sum);
        Line(text, $"{Name}_count", series.Labels, total);
    }
}
