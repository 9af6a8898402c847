namespace Loupe.Silo.Feeds;

/// <summary>
/// Stops this process when the one that started it says so through the standard input, or is gone.
/// </summary>
/// <param name="outlivesIt">Whether this process goes on when the one that started it is gone without a word.</param>
/// <param name="lifetime">Of this process.</param>
internal sealed class FirstSiloWatch(bool outlivesIt, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var input = Console.OpenStandardInput();

        // A read of a console cannot be cancelled, and a silo that is asked to stop must not wait for it.
        if (await input.ReadAsync(new byte[1], stoppingToken).AsTask().WaitAsync(stoppingToken) > 0 || !outlivesIt)
        {
            lifetime.StopApplication();
        }
    }
}
