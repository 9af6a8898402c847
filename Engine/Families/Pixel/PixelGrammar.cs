using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Questions as pixel models read them: words of a closed vocabulary, regions in a number of slots. A prefix knows nothing of
/// task and text.
/// </summary>
internal sealed class PixelGrammar : IGrammar
{
    private readonly PixelGenerationFactory _generations;
    private readonly PromptSlots _slots;

    public PixelGrammar(PixelManifest manifest, Bundle bundle, PixelGenerationFactory generations, string? device)
    {
        _generations = generations;
        _slots = new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions);
        Plans = manifest.Tasks.Plans();
        Bundle = new BundleDescription
        {
            Name = manifest.Name,
            Digest = bundle.Digest,
            Description = manifest.Description,
            Tasks = [.. Plans.Select(plan => plan.Task)],
            MaxRegions = manifest.Limits.MaxRegions,
            MaxWords = manifest.Limits.MaxWords,
            Device = device,
        };
    }

    public BundleDescription Bundle { get; }

    public IReadOnlyList<TaskPlan> Plans { get; }

    public string Normalize(string text) => _generations.Normalize(text);

    public void Check(RegionPrompt prompt) => _slots.Check(prompt);
}
