namespace Loupe.Command.Load;

/// <summary>How one question of a load ended.</summary>
internal enum LoadEnd
{
    /// <summary>With the whole answer.</summary>
    Answered,

    /// <summary>The client hung up, as it meant to.</summary>
    HungUp,

    /// <summary>Any other way.</summary>
    Failed,
}

/// <summary>What one question of a load showed.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Words">How many words arrived.</param>
/// <param name="Latency">From asking to the end.</param>
/// <param name="FirstWord">From asking to the first word; null if none arrived.</param>
/// <param name="Failure">The kind of failure.</param>
internal sealed record LoadSample(LoadEnd End, int Words, TimeSpan Latency, TimeSpan? FirstWord, string? Failure);

/// <summary>Counts what all clients saw; safe for many at once.</summary>
internal sealed class LoadTotals
{
    private readonly Lock _gate = new();
    private readonly List<double> _latencies = [];
    private readonly List<double> _firstWords = [];
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private long _words;
    private long _answered;
    private long _hungUp;

    public void Add(LoadSample sample)
    {
        lock (_gate)
        {
            _words += sample.Words;
            _answered += sample.End == LoadEnd.Answered ? 1 : 0;
            _hungUp += sample.End == LoadEnd.HungUp ? 1 : 0;
            if (sample.FirstWord is { } first)
            {
                _firstWords.Add(first.TotalMilliseconds);
            }

            // How long a question took that was broken off says when the client lost patience, and nothing of the server.
            if (sample.End == LoadEnd.Answered)
            {
                _latencies.Add(sample.Latency.TotalMilliseconds);
            }

            if (sample.End == LoadEnd.Failed)
            {
                var kind = sample.Failure ?? "unknown";
                _errors[kind] = _errors.GetValueOrDefault(kind) + 1;
            }
        }
    }

    public LoadReport Report(TimeSpan elapsed)
    {
        lock (_gate)
        {
            return new(
                elapsed, _words, _answered, _hungUp, new Dictionary<string, long>(_errors),
                Quantiles.Of(_latencies), Quantiles.Of(_firstWords));
        }
    }
}
