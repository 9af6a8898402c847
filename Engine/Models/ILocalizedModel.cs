namespace Loupe.Engine.Models;

/// <summary>
/// One loaded bundle on one device, as the stages see it. A family of models (<c>Families/</c>) implements it;
/// nothing outside a family's folder knows which. Members that say "device thread" are called by one thread at a
/// time: the one that owns that part's session.
/// </summary>
public interface ILocalizedModel : IDisposable
{
    /// <summary>What it understands of a question.</summary>
    IGrammar Grammar { get; }

    /// <summary>What it is and offers.</summary>
    BundleDescription Bundle => Grammar.Bundle;

    IEncoder Encoder { get; }

    IRegionReader RegionReader { get; }

    IDecoder Decoder { get; }

    /// <summary>Finds regions worth describing, or null where the bundle has no <c>detect</c>.</summary>
    IProposer? Proposer { get; }

    /// <summary>Draws the mask of what a box holds, or null where the bundle has no <c>segment</c>.</summary>
    IMasker? Masker { get; }

    /// <summary>How this model is asked a question, and how its tokens become an answer.</summary>
    IGenerationFactory Generations { get; }
}
