namespace Loupe;

/// <summary>
/// The regions of a question in canonical form: boxes ordered and clipped, every number rounded to a quarter pixel, so
/// that prompts which mean the same have the same key. Equal by value of <see cref="Canonical"/>.
/// </summary>
/// <param name="Regions">In the question's order; empty for the whole image.</param>
/// <param name="Size">The image they lie in.</param>
/// <param name="Canonical">Text that two prompts share exactly when they are the same.</param>
public sealed record RegionPrompt(IReadOnlyList<Region> Regions, ImageSize Size, string Canonical)
{
    public bool Equals(RegionPrompt? other) => other is not null && Canonical == other.Canonical;

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);
}
