using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Checks that the numbers of a manifest make sense together; what graphs and tokenizer say is checked with them.</summary>
internal sealed class PixelManifestCheck
{
    private const int Many = 1 << 20;

    private readonly string _path;

    private PixelManifestCheck(string path) => _path = path;

    /// <exception cref="BundleException">Names the JSON path, what was expected and found.</exception>
    public static void Run(PixelManifest manifest, string path)
    {
        var check = new PixelManifestCheck(path);
        check.Image(manifest.Image);
        check.Sizes(manifest);
        check.Tasks(manifest);
    }

    private void Image(ImageLayout image)
    {
        Between("image.size", image.Size, 16, 4096);
        That(image.Resize == "letterbox", "image.resize", "'letterbox'", $"'{image.Resize}'");
        That(image.Pad.Count == 3, "image.pad", "3 numbers", $"{image.Pad.Count}");
        That(image.Mean.Count == 3 && image.Mean.All(float.IsFinite), "image.mean", "3 numbers", $"{image.Mean.Count}");
        That(
            image.Std.Count == 3 && image.Std.All(s => s > 0 && float.IsFinite(s)), "image.std", "3 positive numbers",
            string.Join(", ", image.Std));
    }

    private void Sizes(PixelManifest manifest)
    {
        Between("features.tokens", manifest.Features.Tokens, 1, Many);
        Between("features.width", manifest.Features.Width, 1, Many);
        That(manifest.Features.Dtype is "float16" or "float32", "features.dtype", "'float16' or 'float32'", $"'{manifest.Features.Dtype}'");
        Between("prefix.length", manifest.Prefix.Length, 1, Many);
        Between("prefix.layers", manifest.Prefix.Layers, 1, 1024);
        Between("prefix.kvHeads", manifest.Prefix.KvHeads, 1, 1024);
        Between("prefix.headWidth", manifest.Prefix.HeadWidth, 1, 1024);
        That(manifest.Prefix.Dtype == "float32", "prefix.dtype", "'float32'", $"'{manifest.Prefix.Dtype}'");
        Between("decoder.maxTokens", manifest.Decoder.MaxTokens, 1, Many);
        Between("decoder.vocabulary", manifest.Decoder.Vocabulary, 1, Many);
        Between("prompt.slots", manifest.Prompt.Slots, 2, 1024);

        // Slot 0 is the whole picture, and a region takes at least one.
        Between("limits.maxRegions", manifest.Limits.MaxRegions, 1, manifest.Prompt.Slots - 1);
        Between("limits.maxTextTokens", manifest.Limits.MaxTextTokens, 1, Many);
        Between("limits.maxWords", manifest.Limits.MaxWords, 1, Many);
    }

    private void Tasks(PixelManifest manifest)
    {
        var tasks = manifest.Tasks;
        foreach (var (_, name, task) in tasks.Prompted())
        {
            Prompt(manifest, $"tasks.{name}.prompt", task.Prompt);
        }

        if (tasks.Segment is { } segment)
        {
            Prompt(manifest, "tasks.segment.prompt", segment.Prompt);
            Prompt(manifest, "tasks.segment.region", segment.Region);
            That(segment.Prompt.Contains(PromptTask.Text), "tasks.segment.prompt", $"tokens with {PromptTask.Text} among them", "none");
            That(
                !segment.Region.Contains(PromptTask.Text), "tasks.segment.region",
                $"tokens without {PromptTask.Text}, for there is no text", "it");
        }

        if (tasks.Detect is { } detect)
        {
            var asked = tasks.Prompted()
                .Any(t => t.Name == detect.Task && t.Plan is not LocatePlan && !t.Prompt.Prompt.Contains(PromptTask.Text));
            That(asked, "tasks.detect.task", "the name of an offered task that takes no text", $"'{detect.Task}'");
            That(detect.ScoreThreshold is >= 0 and <= 1, "tasks.detect.scoreThreshold", "0 to 1", $"{detect.ScoreThreshold}");
            That(detect.IouThreshold is >= 0 and <= 1, "tasks.detect.iouThreshold", "0 to 1", $"{detect.IouThreshold}");
            Between("tasks.detect.maxRegions", detect.MaxRegions, 1, Many);
        }

        That(tasks.Prompted().Any(), "tasks", "at least one of answer, caption, locate, narrate", "none");
    }

    private void Prompt(PixelManifest manifest, string at, IReadOnlyList<string> prompt)
    {
        var texts = prompt.Count(p => p == PromptTask.Text);
        That(prompt.Count > 0, at, "at least one token", "none");
        That(texts <= 1, at, $"{PromptTask.Text} at most once", $"{texts} times");

        // The longest prompt must leave room for a word.
        var longest = manifest.Prefix.Length + prompt.Count - texts + (texts * manifest.Limits.MaxTextTokens);
        That(
            longest < manifest.Decoder.MaxTokens,
            "decoder.maxTokens",
            $"more than {longest}, which prefix.length, limits.maxTextTokens and {at} take together",
            $"{manifest.Decoder.MaxTokens}");
    }

    private void Between(string member, int found, int least, int most) =>
        That(found >= least && found <= most, member, $"{least} to {most}", $"{found}");

    private void That(bool holds, string member, string expected, string found)
    {
        if (!holds)
        {
            throw new BundleException($"{_path}: $.{member} should be {expected}, found {found}. See docs/bundle.md.");
        }
    }
}
