using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Hosting;
using Loupe.Grains.Images;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Draining;

/// <summary>
/// What a silo does last before it leaves: its hot features go to the next homes of their images, the most valuable
/// first, so that scaling in costs no encode. It runs when no question is left here and the silo is still a member.
/// </summary>
internal sealed partial class HandOff(
    GenerationHost engine, EngineMetrics metrics, LoadBoard board, Silos silos, IOptions<LoupeClusterOptions> options, TimeProvider time,
    ILogger<HandOff> logger) : IHostedService
{
    // Enough to keep the wire busy while one is checked on arrival.
    private const int AtOnce = 4;

    private readonly LoadBound _bound = new(options.Value.BoundFloor, options.Value.BoundSpread);
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.HandOffSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var (sent, total) = await RunAsync(either.Token);
        if (total > 0 && silos.Members().Count > 1)
        {
            LogHandedOff(sent, total);
        }
    }

    /// <summary>
    /// Hands over what it can until cancelled. Gives the number of images whose features their next home has now, and of those
    /// there were.
    /// </summary>
    public async Task<(int Sent, int Total)> RunAsync(CancellationToken cancellation)
    {
        if (engine.Find() is not { } generation)
        {
            return (0, 0);
        }

        var features = generation.Store.Best(StageName.Encode, options.Value.HandOffBytes);
        var digest = generation.Model.Bundle.Digest;
        var heirs = Heirs(digest);
        var sent = 0;
        try
        {
            if (heirs.Count > 0)
            {
                await Parallel.ForEachAsync(
                    features,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                    async (one, token) => Interlocked.Add(ref sent, await SendAsync(digest, one.Key, one.Lease, heirs, token) ? 1 : 0));
            }
        }
        catch (OperationCanceledException)
        {
            // The time for it is over; what is left will be computed again.
        }
        finally
        {
            foreach (var (_, lease) in features)
            {
                lease.Dispose();
            }
        }

        return (sent, features.Count);
    }

    private Dictionary<string, (Candidate Candidate, SiloAddress Address)> Heirs(string digest)
    {
        Dictionary<string, (Candidate, SiloAddress)> heirs = [];
        foreach (var silo in silos.Members())
        {
            if (!silo.Equals(silos.Local) && board.Find(silo) is { IsStale: false } heard && heard.Load.Serves(SiloRoles.Encode, digest))
            {
                heirs.TryAdd(heard.Load.Name, (new Candidate(heard.Load.Name, heard.Load.Capacity, heard.Load.Saturation), silo));
            }
        }

        return heirs;
    }

    private async Task<bool> SendAsync(
        string digest,
        ValueKey key,
        FeatureStore.Lease lease,
        Dictionary<string, (Candidate Candidate, SiloAddress Address)> heirs,
        CancellationToken cancellation)
    {
        var image = new ImageAddress(key.Image, digest).ToString();
        var heir = ImagePlacement.Choose(image, [.. heirs.Values.Select(one => one.Candidate)], _bound)!.Value;
        try
        {
            var next = silos.At(heirs[heir.Name].Address);
            if (await next.HasAsync(key.Image).WaitAsync(cancellation))
            {
                return true;
            }

            var transfer = Transfers.Pack(key, lease.Value.ToBlob());
            if (!await next.AdoptAsync(key.Image, transfer).WaitAsync(cancellation))
            {
                return false;
            }

            metrics.Transferred("out", transfer.Data.Length);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever is wrong with one image or its heir, the others still go.
            LogNotHandedOver(error);
            return false;
        }
    }
}
