namespace Loupe.Silo.Feeds;

/// <summary>Stops this process when the one that started it is gone.</summary>
internal sealed class FirstSiloWatch(IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[64];

        // A read of a console cannot be cancelled, and a silo that is asked to stop must not wait for it.
        while (await input.ReadAsync(buffer, stoppingToken).AsTask().WaitAsync(stoppingToken) > 0)
        {
        }

        lifetime.StopApplication();
    }
}
