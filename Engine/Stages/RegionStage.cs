using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>features + prompt → what the decoder starts from. It remembers nothing and joins nobody.</summary>
internal sealed class RegionStage(ILocalizedModel model, BatchQueue<RegionReading, StageValue> queue, EngineMetrics metrics)
{
    /// <summary>The address of a prompt's prefix.</summary>
    public ValueKey KeyOf(ImageKey image, ModelPrompt prompt) =>
        new(image, StageName.Region, ContentKey.Of("prefix", image.Tenant, model.Bundle.Digest, image.Id, prompt.Key));

    /// <summary>The prefix of a prompt, the caller's to keep or to dispose.</summary>
    /// <param name="features">Leased by the caller until this has ended.</param>
    /// <param name="prompt">As the family composed it.</param>
    /// <param name="urgency">Of those who wait.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public Task<Made> ReadAsync(StageValue features, ModelPrompt prompt, Urgency urgency, CancellationToken cancellation) =>
        metrics.CountAsync(StageName.Region, async () =>
        {
            var result = await queue.EnqueueAsync(new RegionReading(features, prompt), urgency, cancellation);
            var device = result.Device / result.BatchSize;
            metrics.Took(StageName.Region, device);
            return new Made(result.Value, FeatureReuse.Miss, device.TotalMilliseconds)
            {
                Queued = result.Queued,
                Device = result.Device,
                BatchSize = result.BatchSize,
            };
        });
}
