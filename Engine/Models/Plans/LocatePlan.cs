namespace Loupe.Engine.Models.Plans;

/// <summary>The region that a referring expression means.</summary>
public sealed class LocatePlan : TaskPlan
{
    public override VisionTask Task => VisionTask.Locate;

    public override bool ReadsText => true;

    public override int MaxRegions => 0;
}
