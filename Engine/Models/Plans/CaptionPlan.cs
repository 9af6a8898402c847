namespace Loupe.Engine.Models.Plans;

/// <summary>Text about regions, or about the whole image.</summary>
public sealed class CaptionPlan : TaskPlan
{
    public override VisionTask Task => VisionTask.Caption;
}
