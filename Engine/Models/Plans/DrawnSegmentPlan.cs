namespace Loupe.Engine.Models.Plans;

/// <summary>Masks that are drawn: the model says where, and its mask stage what of that is the thing.</summary>
public sealed class DrawnSegmentPlan : SegmentPlan
{
    public override async Task<Answered> AnswerAsync(
        IQuestionStages stages, CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        // Held from the beginning, so that what the region stage reads is still there for the mask.
        using var features = await stages.FeaturesAsync(cancellation);
        var located = await stages.SayAsync(question, static _ => { }, cancellation);
        var timing = located.Timing;
        var regions = new List<FoundRegion>(located.Said.Regions.Count);
        foreach (var found in located.Said.Regions)
        {
            var masked = await stages.DrawAsync(found, features, question.Prompt.Size, cancellation);
            emit(new RegionPart(regions.Count, masked.Value));
            regions.Add(masked.Value);
            timing = timing with
            {
                QueueMs = timing.QueueMs + masked.Queued.TotalMilliseconds,
                DecodeMs = timing.DecodeMs + masked.Device.TotalMilliseconds,
            };
        }

        return new Answered(
            located.Said with { Regions = regions },
            features.Found,
            located.Prefix,
            timing with
            {
                QueueMs = timing.QueueMs + features.Queued.TotalMilliseconds,
                EncodeMs = timing.EncodeMs + features.Device.TotalMilliseconds,
            });
    }
}
