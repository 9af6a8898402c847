using Loupe.Grains.Hosting;
using Loupe.Grains.Shares;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Load;

/// <summary>Posts this silo's load on every silo's board, a few times a second.</summary>
internal sealed partial class LoadPublisher(
    ISiloShare share,
    BundleDescription bundle,
    LoadBoard board,
    Silos silos,
    ILocalSiloDetails details,
    IOptions<LoupeClusterOptions> options,
    TimeProvider time,
    ILogger<LoadPublisher> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private long _sequence;

    /// <summary>What this silo would say of itself now.</summary>
    public SiloLoad Read()
    {
        var load = share.Load;
        return new()
        {
            Name = details.Name,
            ProcessId = Environment.ProcessId,
            Roles = [.. options.Value.Served],
            State = share.State,
            Bundle = bundle.Digest,
            Capacity = options.Value.Capacity,
            QueueSeconds = load.QueueSeconds,
            Saturation = load.Saturation,
            Busy = load.Busy,
            FeatureBytes = load.FeatureBytes,
            FeatureBytesAllowed = load.FeatureBytesAllowed,
            Sequence = Interlocked.Increment(ref _sequence),
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PublishMilliseconds), time);
        do
        {
            try
            {
                Publish();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A board that hears nothing counts this silo as saturated, which is safe; the next round tries again.
                LogNotPublished(error);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    // False at the end of the process, whether it ever ran or not.
    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Publish()
    {
        var load = Read();
        board.Post(silos.Local, load);
        var members = silos.Members();
        if (members.Contains(silos.Local))
        {
            board.Keep(members);
        }

        foreach (var other in silos.Others())
        {
            // One-way: it completes when sent, and a silo that is gone does not hold up the rest.
            other.PostAsync(silos.Local, load).Ignore();
        }
    }
}
