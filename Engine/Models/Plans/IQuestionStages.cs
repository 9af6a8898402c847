namespace Loupe.Engine.Models.Plans;

/// <summary>The stages as a plan uses them for one question. Any thread.</summary>
public interface IQuestionStages
{
    /// <summary>Reads a question's prompt and decodes the answer.</summary>
    Task<Answered> SayAsync(CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation);

    /// <summary>The features of the question's image, held until they are disposed.</summary>
    Task<IFeatures> FeaturesAsync(CancellationToken cancellation);

    /// <summary>Proposes regions, where the model has an <see cref="IProposer"/>.</summary>
    Task<Timed<IReadOnlyList<Proposal>>> ProposeAsync(IFeatures features, ImageSize size, CancellationToken cancellation);

    /// <summary>
    /// Draws the mask of what a region's box holds, where the model has an <see cref="IMasker"/>: the region with its mask,
    /// its box tight around it; where the mask is empty, the region as it was.
    /// </summary>
    Task<Timed<FoundRegion>> DrawAsync(FoundRegion region, IFeatures features, ImageSize size, CancellationToken cancellation);
}

/// <summary>Features that are held for one question.</summary>
public interface IFeatures : IDisposable
{
    StageValue Value { get; }

    /// <summary>Where they came from.</summary>
    FeatureReuse Found { get; }

    /// <summary>Waiting for the device; zero where nothing was computed for this question.</summary>
    TimeSpan Queued { get; }

    /// <summary>Device time; zero where nothing was computed for this question.</summary>
    TimeSpan Device { get; }
}

/// <summary>A result of a device, and what it took.</summary>
/// <param name="Value">The result.</param>
/// <param name="Queued">Waiting for the device.</param>
/// <param name="Device">Device time.</param>
public readonly record struct Timed<T>(T Value, TimeSpan Queued, TimeSpan Device);

/// <summary>What was said, and what it took. <see cref="Loupe.Timing"/>'s total is the caller's to fill.</summary>
public sealed record Answered(Utterance Said, FeatureReuse Features, MemoReuse Prefix, Timing Timing);
