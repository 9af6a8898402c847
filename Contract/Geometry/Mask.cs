namespace Loupe;

/// <summary>A binary mask over the original image as COCO run-length encoding.</summary>
/// <param name="Size">Height and width in pixels, in this order.</param>
/// <param name="Counts">COCO's compressed run lengths, column-major, starting with zeros.</param>
public sealed record Mask(IReadOnlyList<int> Size, string Counts);
