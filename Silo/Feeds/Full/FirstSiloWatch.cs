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
        if (await input.ReadAsync(new byte[1], stoppingToken) > 0 || !outlivesIt)
        {
            lifetime.StopApplication();
        }
    }
}
