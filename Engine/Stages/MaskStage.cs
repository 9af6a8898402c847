using Loupe.Engine.Batching;
using Loupe.Engine.Masks;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>Gives a region that was found its mask: one run of the mask graph over the image's features.</summary>
internal sealed class MaskStage(BatchQueue<MaskRequest, MaskGrid> queue, EngineMetrics metrics)
{
    /// <summary>
    /// The region with its mask, its box tight around the mask; where the mask is empty, the region as it was.
    /// </summary>
    /// <param name="region">With the box to look into.</param>
    /// <param name="features">Leased by the caller until this is done.</param>
    /// <param name="size">The original image.</param>
    /// <param name="urgency">Of those who wait.</param>
    /// <param name="cancellation">What nobody waits for is not drawn.</param>
    public Task<Timed<FoundRegion>> DrawAsync(
        FoundRegion region, StageValue features, ImageSize size, Urgency urgency, CancellationToken cancellation) =>
        metrics.CountAsync(Features.StageName.Mask, async () =>
        {
            using var span = EngineSpans.Start("mask");
            var drawn = await queue.EnqueueAsync(new MaskRequest(features, region.Box, size), urgency, cancellation);
            metrics.Took(Features.StageName.Mask, drawn.Device);
            span.TagDevice(drawn.Queued, drawn.Device, drawn.BatchSize);
            return new Timed<FoundRegion>(
                MaskRaster.Draw(drawn.Value, size) is var (mask, box) ? region with { Mask = mask, Box = box } : region,
                drawn.Queued,
                drawn.Device);
        });
}
