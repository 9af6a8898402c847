namespace Loupe.Engine.Memo;

/// <summary>
/// Single flight: concurrent callers of one key share one computation. A caller that leaves does not disturb the
/// others; when the last one has left, the computation is cancelled. Nothing is remembered once it has ended, failures
/// least of all: the store is the memory.
/// </summary>
/// <param name="share">Makes a caller's own hold on the value; the value itself where it needs none.</param>
/// <param name="release">Ends the computation's own hold, once every caller has left.</param>
public sealed class SharedWork<TKey, TValue>(Func<TValue, TValue>? share = null, Action<TValue>? release = null)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Computations under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _flights.Count;
            }
        }
    }

    /// <param name="key">What is computed.</param>
    /// <param name="compute">Called by the first caller; its token is cancelled when all callers have left.</param>
    /// <param name="cancellation">This caller's.</param>
    /// <returns>The value, and whether this caller started the computation.</returns>
    public async Task<(TValue Value, bool Started)> GetAsync(
        TKey key, Func<CancellationToken, Task<TValue>> compute, CancellationToken cancellation)
    {
        while (true)
        {
            var (flight, started) = Enter(key, compute);
            try
            {
                var value = await flight.Task.WaitAsync(cancellation);
                return (share is null ? value : share(value), started);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // It was cancelled because all earlier callers left just before this one came: start afresh.
            }
            finally
            {
                Exit(key, flight);
            }
        }
    }

    private (Flight Flight, bool Started) Enter(TKey key, Func<CancellationToken, Task<TValue>> compute)
    {
        lock (_lock)
        {
            if (_flights.TryGetValue(key, out var flight))
            {
                flight.Callers++;
                return (flight, false);
            }

            flight = new Flight();
            _flights.Add(key, flight);
            flight.Task = Task.Run(() => RunAsync(key, flight, compute));
            return (flight, true);
        }
    }

    private async Task<TValue> RunAsync(TKey key, Flight flight, Func<CancellationToken, Task<TValue>> compute)
    {
        try
        {
            return await compute(flight.Abandoned.Token);
        }
        finally
        {
            lock (_lock)
            {
                Remove(key, flight);
            }
        }
    }

    private void Exit(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Callers > 0)
            {
                return;
            }

            Remove(key, flight);
        }

        flight.Abandoned.Cancel();
        if (release is not null)
        {
            flight.Task.ContinueWith(
                done => release(done.Result),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void Remove(TKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var current) && ReferenceEquals(current, flight))
        {
            _flights.Remove(key);
        }
    }

    private sealed class Flight
    {
        public CancellationTokenSource Abandoned { get; } = new();

        public Task<TValue> Task { get; set; } = null!;

        public int Callers { get; set; } = 1;
    }
}
