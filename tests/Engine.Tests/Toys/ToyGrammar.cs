using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Tests.Toys;

internal sealed class ToyGrammar(BundleDescription bundle) : IGrammar
{
    public BundleDescription Bundle => bundle;

    public IReadOnlyList<TaskPlan> Plans { get; } =
        [
            .. new TaskPlan[]
            {
                new AnswerPlan(),
                new CaptionPlan(),
                new ProposedDetectPlan(VisionTask.Caption),
                new DrawnSegmentPlan(),
                new NarratePlan(),
                new LocatePlan(),
            }.Where(plan => bundle.Tasks.Contains(plan.Task)),
        ];

    public string Normalize(string text) => text.Trim().ToLowerInvariant();

    public void Check(RegionPrompt prompt)
    {
        if (prompt.Regions.Any(region => region.Points is { Count: > 4 }))
        {
            throw LocalizerException.Invalid("regions[0].points", "at most 4");
        }
    }
}
