namespace Loupe.Engine.Models.Plans;

/// <summary>Text of the whole image.</summary>
public sealed class NarratePlan : TaskPlan
{
    public override VisionTask Task => VisionTask.Narrate;

    public override int MaxRegions => 0;
}
