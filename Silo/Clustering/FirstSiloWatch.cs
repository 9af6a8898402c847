namespace Loupe.Silo.Clustering;

/// <summary>
/// Stops this process when the one that started it says so through the standard input, or is gone. It watches from
/// before the silo starts, since a silo whose first one is gone would try to join it for minutes.
/// </summary>
/// <param name="outlivesIt">Whether this process goes on when the one that started it is gone without a word.</param>
/// <param name="lifetime">Of this process.</param>
internal sealed class FirstSiloWatch(bool outlivesIt, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = WatchAsync(lifetime.ApplicationStopping);
        return Task.CompletedTask;
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WatchAsync(CancellationToken stopping)
    {
        // A read of a console cannot be cancelled, and may block: a silo that is asked to stop must not wait for it.
        var told = Task.Run(() => Console.OpenStandardInput().Read(new byte[1]), CancellationToken.None);
        try
        {
            if (await told.WaitAsync(stopping) > 0 || !outlivesIt)
            {
                lifetime.StopApplication();
            }
        }
        catch (OperationCanceledException)
        {
            // It stops already.
        }
    }
}
