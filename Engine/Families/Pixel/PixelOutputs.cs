using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>What the decode graph says of a row beside its logits.</summary>
internal static class PixelOutputs
{
    /// <summary>Of the word that was read: x0, y0, x1, y1 in the model's own coordinates.</summary>
    public static NamedOutput Place { get; } = new("place", 4);

    /// <summary>How plausible what was read so far is as an answer, 0 to 1; only of a graph with a critic.</summary>
    public static NamedOutput Plausible { get; } = new("plausible", 1);
}
