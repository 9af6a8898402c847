using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Families.Simulated;

/// <summary>Takes any text, as words in small letters.</summary>
internal sealed class SimulatedGrammar(BundleDescription bundle) : IGrammar
{
    public BundleDescription Bundle => bundle;

    public static IReadOnlyList<TaskPlan> Offered { get; } = [new AnswerPlan(), new CaptionPlan(), new NarratePlan(), new LocatePlan()];

    public IReadOnlyList<TaskPlan> Plans => Offered;

    public string Normalize(string text) => string.Join(' ', text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public void Check(RegionPrompt prompt)
    {
        if (prompt.Regions.Count > bundle.MaxRegions)
        {
            throw LocalizerException.Invalid(
                "regions", $"at most {bundle.MaxRegions} regions are understood, found {prompt.Regions.Count}");
        }
    }
}
