namespace Loupe.Engine.Models.Plans;

/// <summary>The text in the picture, line by line, as the model says it; or the text in each region.</summary>
public sealed class ReadPlan : EachRegionPlan
{
    public override VisionTask Task => VisionTask.Read;

    protected override int Together => 0;
}
