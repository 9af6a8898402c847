using Loupe.Bench.Fleet;

namespace Loupe.Bench.Chaos;

/// <summary>
/// Counts encodings by what silos tell of themselves, over their deaths: a counter that starts again adds to what was
/// seen last. What a silo encoded between the last look and its death is missed.
/// </summary>
internal sealed class EncodeCount(IReadOnlyList<SiloHandle> silos)
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    private readonly double[] _last = new double[silos.Count];
    private double _before;

    public double Total => _before + _last.Sum();

    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await LookAsync(cancellation);
            await Task.Delay(Round, cancellation);
        }
    }

    public async Task LookAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < silos.Count; i++)
        {
            if (await silos[i].EncodesAsync(cancellation) is { } now)
            {
                _before += now < _last[i] ? _last[i] : 0;
                _last[i] = now;
            }
        }
    }
}
