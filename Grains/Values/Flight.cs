using Loupe.Engine.Batching;

namespace Loupe.Grains.Values;

/// <summary>
/// One computation, and all who wait for it. Who leaves disturbs nobody; when the last one has left it is cancelled. It is
/// as urgent as the most urgent of those who wait. For the turns of one grain: not safe for several threads at once.
/// </summary>
/// <param name="run">Starts it.</param>
/// <param name="release">Ends the hold that the flight itself has on the result, once nobody waits any more.</param>
internal sealed class Flight<T>(Func<Urgency, CancellationToken, Task<T>> run, Action<T> release)
{
    private readonly Urgency _urgency = new(Priority.Bulk);
    private readonly CancellationTokenSource _abandoned = new();
    private Task<T>? _task;
    private int _waiting;

    /// <summary>Whether it cannot be joined any more.</summary>
    public bool IsOver => _abandoned.IsCancellationRequested;

    /// <summary>Waits for the result and takes from it.</summary>
    /// <param name="priority">Of who waits.</param>
    /// <param name="take">The caller's own hold on the result; true for the one who started it.</param>
    /// <param name="cancellation">This caller leaves.</param>
    public async Task<TTaken> JoinAsync<TTaken>(Priority priority, Func<T, bool, TTaken> take, CancellationToken cancellation)
    {
        _waiting++;
        _urgency.Raise(priority);
        var started = _task is null;
        _task ??= run(_urgency, _abandoned.Token);
        try
        {
            return take(await _task.WaitAsync(cancellation), started);
        }
        finally
        {
            if (--_waiting == 0)
            {
                _abandoned.Cancel();
                _ = ReleaseAsync(_task);
            }
        }
    }

    private async Task ReleaseAsync(Task<T> task)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (task.IsCompletedSuccessfully)
        {
            release(await task);
        }
    }
}
