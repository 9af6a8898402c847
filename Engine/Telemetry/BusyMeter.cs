namespace Loupe.Engine.Telemetry;

/// <summary>Which share of the last seconds a device worked.</summary>
/// <param name="time">Whose last seconds the ratio is over.</param>
internal sealed class BusyMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _windowStart = time.GetTimestamp();
    private TimeSpan _busy;
    private double _last;

    /// <summary>0 to 1.</summary>
    public double Ratio
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _last;
            }
        }
    }

    public void Add(TimeSpan worked)
    {
        lock (_lock)
        {
            Turn();
            _busy += worked;
        }
    }

    private void Turn()
    {
        var passed = time.GetElapsedTime(_windowStart);
        if (passed >= Window)
        {
            // Stages overlap where each has cores of its own.
            _last = Math.Min(1, _busy / passed);
            (_windowStart, _busy) = (time.GetTimestamp(), TimeSpan.Zero);
        }
    }
}
