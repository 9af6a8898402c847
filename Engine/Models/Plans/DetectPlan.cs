namespace Loupe.Engine.Models.Plans;

/// <summary>Box and text of everything in the image, as the model says them in one answer.</summary>
public class DetectPlan : TaskPlan
{
    public sealed override VisionTask Task => VisionTask.Detect;

    public sealed override int MaxRegions => 0;
}
