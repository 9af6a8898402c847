using System.Diagnostics.Metrics;
using Loupe.Engine.Features;

namespace Loupe.Engine.Telemetry;

/// <summary>
/// The engine's instruments, on the meter <see cref="MeterName"/>. Names are those of Prometheus less the
/// <c>_total</c> that exporters add to counters; times are seconds. Labels are bounded: a stage, an outcome, a tier,
/// never an image, a key or a tenant.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    public const string MeterName = "Loupe";

    private static readonly double[] SecondsBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
    private static readonly int[] BatchBounds = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64];
    private static readonly KeyValuePair<string, object?>[] StageTags =
        [.. Enum.GetValues<StageName>().Select(stage => new KeyValuePair<string, object?>("stage", NameOf(stage)))];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _requests;
    private readonly Counter<long> _reuse;
    private readonly Histogram<double> _stageSeconds;
    private readonly Counter<double> _busySeconds;
    private readonly Histogram<double> _queueSeconds;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _words;
    private readonly Counter<long> _shed;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _transfers;

    public EngineMetrics()
    {
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds };
        _requests = _meter.CreateCounter<long>("loupe_stage_requests", description: "Requests to a stage by outcome.");
        _reuse = _meter.CreateCounter<long>("loupe_reuse", description: "Values asked of a stage by where they were found.");
        _stageSeconds = _meter.CreateHistogram(
            "loupe_stage_seconds", description: "Device time of a stage, for one request.", advice: seconds);
        _busySeconds = _meter.CreateCounter<double>(
            "loupe_stage_busy_seconds", description: "Seconds that the threads of a stage worked; of several, all of theirs.");
        _queueSeconds = _meter.CreateHistogram("loupe_queue_seconds", description: "Waiting for the device.", advice: seconds);
        _batchSize = _meter.CreateHistogram(
            "loupe_batch_size", description: "Elements of a batch, or sequences of a decode step.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = BatchBounds });
        _words = _meter.CreateCounter<long>("loupe_words", description: "Words decoded.");
        _shed = _meter.CreateCounter<long>("loupe_shed", description: "Questions refused at admission.");
        _evictions = _meter.CreateCounter<long>("loupe_feature_evictions", description: "Values evicted.");
        _transfers = _meter.CreateCounter<long>(
            "loupe_transfer_bytes", description: "Bytes of values read from and written to tiers and silos.");
        Begin();
    }

    public void Request(StageName stage, string outcome) => _requests.Add(1, Tag(stage), new("outcome", outcome));

    public void Reuse(StageName stage, string result) => _reuse.Add(1, Tag(stage), new("result", result));

    public void Took(StageName stage, TimeSpan device) => _stageSeconds.Record(device.TotalSeconds, Tag(stage));

    public void Worked(StageName stage, TimeSpan took) => _busySeconds.Add(took.TotalSeconds, Tag(stage));

    public void Queued(StageName stage, TimeSpan waited) => _queueSeconds.Record(waited.TotalSeconds, Tag(stage));

    public void Batch(StageName stage, int size) => _batchSize.Record(size, Tag(stage));

    public void Words(int count) => _words.Add(count);

    public void Shed(string reason, long count = 1) => _shed.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Evicted(string tier, long count) => _evictions.Add(count, new KeyValuePair<string, object?>("tier", tier));

    public void Transferred(string direction, long bytes) =>
        _transfers.Add(bytes, new KeyValuePair<string, object?>("direction", direction));

    /// <summary>Reports the present state of an engine until this is disposed.</summary>
    public void Observe(IEngineGauges gauges)
    {
        _meter.CreateObservableGauge("loupe_queue_depth", gauges.QueueDepths, description: "Requests that wait for a stage.");
        _meter.CreateObservableGauge(
            "loupe_device_busy_ratio", () => gauges.BusyRatio, description: "Share of the last seconds in which the device worked.");
        _meter.CreateObservableGauge("loupe_decode_slots", gauges.DecodeSlots, description: "Slots of the decoder by state.");
        _meter.CreateObservableGauge("loupe_feature_bytes", gauges.FeatureBytes, description: "Bytes of features and prefixes kept.");
        _meter.CreateObservableGauge(
            "loupe_saturation", () => gauges.Saturation, description: "Queue time over its target; 1 and more is saturated.");
    }

    public void Dispose() => _meter.Dispose();

    // A counter that has never counted is not exported, and a dashboard would show a gap where it should show nothing.
    private void Begin()
    {
        foreach (var stage in StageTags)
        {
            _requests.Add(0, stage, new("outcome", "ok"));
            _reuse.Add(0, stage, new("result", "hit"));
            _busySeconds.Add(0, stage);
        }

        Words(0);
        Shed("queue", 0);
        Evicted("memory", 0);
        Transferred("in", 0);
        Transferred("out", 0);
    }

    public static string NameOf(StageName stage) => stage switch
    {
        StageName.Encode => "encode",
        StageName.Region => "region",
        StageName.Detect => "detect",
        StageName.Mask => "mask",
        _ => "decode",
    };

    internal static KeyValuePair<string, object?> Tag(StageName stage) => StageTags[(int)stage];
}

/// <summary>What an engine tells of its present state.</summary>
public interface IEngineGauges
{
    double BusyRatio { get; }

    double Saturation { get; }

    IEnumerable<Measurement<int>> QueueDepths();

    IEnumerable<Measurement<int>> DecodeSlots();

    IEnumerable<Measurement<long>> FeatureBytes();
}
