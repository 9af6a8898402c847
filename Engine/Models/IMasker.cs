namespace Loupe.Engine.Models;

/// <summary>The mask stage of a model: features + box → which part of the box is the thing.</summary>
public interface IMasker
{
    /// <summary>Draws the mask of what a box holds. Device thread.</summary>
    MaskGrid Draw(MaskRequest request);
}

/// <summary>An element for the mask stage.</summary>
/// <param name="Features">Leased by the caller until the mask is drawn.</param>
/// <param name="Box">Of the thing, pixels of the original image.</param>
/// <param name="Size">The original image.</param>
public sealed record MaskRequest(StageValue Features, Box Box, ImageSize Size);

/// <summary>A coarse mask: a grid of logits spread evenly over a frame; above 0 is the thing.</summary>
/// <param name="Logits">Row by row, <paramref name="Rows"/> × <paramref name="Columns"/>.</param>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="Frame">What the grid spans, pixels of the original image; it may reach beyond the image.</param>
public sealed record MaskGrid(IReadOnlyList<float> Logits, int Rows, int Columns, Box Frame);
