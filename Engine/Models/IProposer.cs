namespace Loupe.Engine.Models;

/// <summary>Proposes regions from features, for dense captioning.</summary>
public interface IProposer
{
    /// <summary>Proposals in pixels of the original image, best first, overlapping ones removed. Device thread.</summary>
    IReadOnlyList<Proposal> Propose(StageValue features, ImageSize size);
}

/// <summary>A proposed region and how sure the model is of it, 0 to 1.</summary>
public readonly record struct Proposal(Box Box, double Score);
