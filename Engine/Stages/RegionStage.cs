using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Memo;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>features + regions → prefix, once per image and region prompt. Concurrent callers share the work.</summary>
public sealed class RegionStage(
    ILocalizedModel model,
    BatchQueue<RegionReading, StageValue> queue,
    FeatureStore store,
    EncodeStage encode,
    EngineMetrics metrics,
    bool keeps)
{
    private readonly SharedWork<ValueKey, Read> _work =
        new(read => read with { Prefix = read.Prefix with { Lease = read.Prefix.Lease.Share() } }, read => read.Prefix.Lease.Dispose());

    public ValueKey KeyOf(ImageKey image, RegionPrompt prompt) =>
        new(image, Stage.Region, ContentKey.Of("prefix", image.Tenant, model.Bundle.Digest, image.Id, prompt.Canonical));

    /// <summary>The prefix of a region prompt, leased; and what its features took, where they were needed.</summary>
    public async Task<Read> GetAsync(ImageKey image, RegionPrompt prompt, Priority priority, CancellationToken cancellation)
    {
        using var span = EngineSpans.Start("region");
        var key = KeyOf(image, prompt);
        Read read;
        if (!keeps)
        {
            read = await ComputeAsync(key, prompt, priority, cancellation);
        }
        else if (store.TryLease(key) is { } lease)
        {
            read = Read.Hit(lease);
        }
        else
        {
            var (value, started) = await _work.GetAsync(key, token => ComputeAsync(key, prompt, priority, token), cancellation);
            read = started ? value : Read.Hit(value.Prefix.Lease);
        }

        var result = read.Prefix.Found == FeatureReuse.Hit ? "hit" : "miss";
        metrics.Reuse(Stage.Region, result);
        span?.SetTag(EngineSpans.Reuse, result);
        if (read.Prefix.Found == FeatureReuse.Miss)
        {
            span.TagDevice(read.Prefix.Queued, read.Prefix.Device, read.Prefix.BatchSize);
        }

        return read;
    }

    private async Task<Read> ComputeAsync(ValueKey key, RegionPrompt prompt, Priority priority, CancellationToken cancellation)
    {
        var features = await encode.GetAsync(key.Image, priority, cancellation);
        using (features.Lease)
        {
            try
            {
                var result = await queue.EnqueueAsync(new RegionReading(features.Lease.Value, prompt), priority, cancellation);
                var device = result.Device / result.BatchSize;
                metrics.Took(Stage.Region, device);
                metrics.Request(Stage.Region, "ok");
                var lease = keeps ? store.Add(key, result.Value, device.TotalMilliseconds) : store.Hold(key, result.Value);
                try
                {
                    await encode.EnsureStillThereAsync(key.Image, cancellation);
                }
                catch
                {
                    lease.Dispose();
                    throw;
                }

                return new Read(new Staged(lease, FeatureReuse.Miss, result.Queued, result.Device) { BatchSize = result.BatchSize }, features);
            }
            catch (OperationCanceledException)
            {
                metrics.Request(Stage.Region, "cancelled");
                throw;
            }
            catch
            {
                metrics.Request(Stage.Region, "failed");
                throw;
            }
        }
    }

    /// <summary>A prefix, and the features it was read from.</summary>
    /// <param name="Prefix">Leased.</param>
    /// <param name="Features">Its lease has ended; what is left tells where the features came from.</param>
    public sealed record Read(Staged Prefix, Staged? Features)
    {
        internal static Read Hit(FeatureStore.Lease prefix) => new(Staged.Hit(prefix), Features: null);
    }
}
