using Loupe.Engine.Bundles;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Questions as pixel models read them: words of a closed vocabulary, regions in a number of slots.</summary>
internal sealed class PixelGrammar(BundleDescription bundle, PixelGenerationFactory generations, PromptSlots slots) : IGrammar
{
    public BundleDescription Bundle => bundle;

    public static PixelGrammar Of(PixelManifest manifest, Bundle bundle, PixelGenerationFactory generations, string? device) => new(
        new BundleDescription
        {
            Name = manifest.Name,
            Digest = bundle.Digest,
            Description = manifest.Description,
            Tasks =
            [
                .. manifest.Tasks.Prompted().Select(t => t.Task),
                .. manifest.Tasks.Segment is null ? Array.Empty<VisionTask>() : [VisionTask.Segment],
                .. manifest.Tasks.Detect is null ? Array.Empty<VisionTask>() : [VisionTask.Detect],
            ],
            MaxRegions = manifest.Limits.MaxRegions,
            MaxWords = manifest.Limits.MaxWords,
            Device = device,
        },
        generations,
        new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions));

    public string Normalize(string text) => generations.Normalize(text);

    public void Check(RegionPrompt prompt) => slots.Check(prompt);
}
