using System.Diagnostics.Metrics;

namespace Loupe.Gateway.Metering;

/// <summary>
/// What callers experience. Instruments bear their final Prometheus names without a unit, as all of Loupe's do. Labels are
/// bounded: never an image, a key or a tenant.
/// </summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "Loupe.Gateway";

    private readonly Meter _meter;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _firstWord;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _requests = _meter.CreateHistogram<double>(
            "loupe_request_seconds", description: "From a question's arrival to the end of its answer, by task and outcome.");
        _firstWord = _meter.CreateHistogram<double>(
            "loupe_time_to_first_word_seconds", description: "From a question's arrival to the first word or region of its answer.");
    }

    public void Finished(string task, string outcome, TimeSpan elapsed) =>
        _requests.Record(elapsed.TotalSeconds, new("task", task), new KeyValuePair<string, object?>("outcome", outcome));

    public void FirstWord(TimeSpan elapsed) => _firstWord.Record(elapsed.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
