using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loupe.Redis;

/// <summary>
/// Waits for Redis before anything else starts, since it may be starting too, and says what in its settings would lose
/// images.
/// </summary>
internal sealed partial class RedisStart(
    RedisLink link, RedisAddress address, TimeProvider time, ILogger<RedisStart> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly ILogger _logger = logger;

    /// <exception cref="IOException">It did not answer in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                var told = await link.RunAsync(database => database.ExecuteAsync("INFO"), Limit, cancellationToken);
                Warn((string?)told ?? string.Empty);
                return;
            }
            catch (RedisAwayException) when (time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
            catch (RedisAwayException)
            {
                throw new IOException($"The Redis at {address} does not answer. Is it running, and is Cluster:Redis right?");
            }
            catch (StackExchange.Redis.RedisServerException error)
            {
                throw new IOException($"The Redis at {address} refuses: {error.Message}");
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string? Find(string told, string name) => told
        .Split('\n', StringSplitOptions.TrimEntries)
        .FirstOrDefault(line => line.StartsWith(name + ':', StringComparison.Ordinal))?[(name.Length + 1)..];

    private void Warn(string told)
    {
        if (Find(told, "aof_enabled") == "0")
        {
            LogNotDurable();
        }

        if (long.TryParse(Find(told, "maxmemory"), CultureInfo.InvariantCulture, out var most) && most > 0
            && Find(told, "maxmemory_policy") is { } policy && policy.StartsWith("allkeys", StringComparison.Ordinal))
        {
            LogEvicts(policy);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Redis writes no append-only file: images acknowledged since its last snapshot are lost when it stops. Set appendonly "
            + "yes")]
    private partial void LogNotDurable();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Redis evicts any key when its memory is full ({Policy}), acknowledged images too. Set maxmemory-policy to noeviction "
            + "or a volatile one")]
    private partial void LogEvicts(string policy);
}
