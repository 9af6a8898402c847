namespace Loupe.Command.Load;

/// <summary>All clients of a load.</summary>
internal sealed class LoadRun(ILoadTarget target, QuestionMix mix, LoadOptions options, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);

    /// <param name="watched">Called twice a second with what was seen so far.</param>
    /// <param name="cancellationToken">Ends the load early; what was seen until then is reported.</param>
    public async Task<LoadReport> RunAsync(Action<LoadReport>? watched, CancellationToken cancellationToken)
    {
        var totals = new LoadTotals();
        var start = time.GetTimestamp();
        var until = start + (long)(options.Duration.TotalSeconds * time.TimestampFrequency);

        // Each on the pool: a target that answers at once must not keep the next client from starting.
        var clients = Task.WhenAll(Enumerable.Range(0, options.Clients).Select(number => Task.Run(
            () => new LoadClient(target, mix, options, time, number).RunAsync(totals, until, cancellationToken),
            CancellationToken.None)));
        while (watched is not null && await Task.WhenAny(clients, Task.Delay(Refresh, time, CancellationToken.None)) != clients)
        {
            watched(totals.Report(time.GetElapsedTime(start)));
        }

        await clients;
        return totals.Report(time.GetElapsedTime(start));
    }
}
