namespace Loupe.Engine.Models.Plans;

/// <summary>The mask of a region, or of a referring expression, as the model says it.</summary>
public class SegmentPlan : TaskPlan
{
    public sealed override VisionTask Task => VisionTask.Segment;

    public sealed override bool ReadsText => true;

    public sealed override int MaxRegions => 1;

    public sealed override string Silence => "segment needs one, or a region";

    public sealed override bool MayBeSilent(Question question) => question.Regions.Count > 0;
}
