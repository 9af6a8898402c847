namespace Loupe.Engine.Models.Plans;

/// <summary>Text in answer to a text, about any number of regions.</summary>
public sealed class AnswerPlan : TaskPlan
{
    public override VisionTask Task => VisionTask.Answer;

    public override bool ReadsText => true;
}
