using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>
/// What a model reads of an image before it answers, as its family composed it of a question. It travels with the question's
/// prefix: two prompts with the same key have the same one.
/// </summary>
/// <param name="Regions">Where.</param>
/// <param name="Text">What is read beside the regions, in the family's own terms; empty where it reads regions alone.</param>
public sealed record ModelPrompt(RegionPrompt Regions, string Text = "")
{
    /// <summary>Text that two prompts share exactly when they are the same.</summary>
    [JsonIgnore]
    public string Key => Text.Length == 0 ? Regions.Canonical : $"{Regions.Canonical}\n{Text}";
}
