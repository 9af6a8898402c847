using Orleans.Concurrency;

namespace Loupe.Grains;

/// <summary>
/// The address of one question's answer, running and then finished, which it holds while it is active. Key:
/// <c>tenant/answer id</c>; the id is a hash over everything that the answer depends on.
/// </summary>
[Alias("loupe.IQueryGrain")]
public interface IQueryGrain : IGrainWithStringKey
{
    /// <summary>
    /// The whole answer; all who ask at the same time wait for one decoding. Cancelling frees the batch slot, unless
    /// others wait.
    /// </summary>
    [AlwaysInterleave, ResponseTimeout(Patience.Longest), Alias("answer")]
    Task<Answer> AnswerAsync([Immutable] Asked asked, CancellationToken cancellationToken);

    /// <summary>The same as it is decoded. Ending the enumeration frees the batch slot, unless others listen.</summary>
    /// <param name="asked">Its hash is in the key.</param>
    /// <param name="from">What the caller has already; only the rest is sent.</param>
    /// <param name="cancellationToken">The caller hung up, or its deadline passed.</param>
    [Alias("stream")]
    IAsyncEnumerable<AnswerPart> StreamAsync([Immutable] Asked asked, StreamPosition from, CancellationToken cancellationToken);

    /// <summary>The finished answer, or null where there is none (any more).</summary>
    [AlwaysInterleave, Alias("recall")]
    Task<Answer?> RecallAsync(CancellationToken cancellationToken);

    /// <summary>Goes on with a question that this grain was asked before.</summary>
    /// <param name="from">What the caller has already.</param>
    /// <param name="left">What is left of the caller's time.</param>
    /// <param name="cancellationToken">The caller hung up, or its deadline passed.</param>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.NotFound"/>: it was never asked, or long ago.</exception>
    [Alias("resume")]
    IAsyncEnumerable<AnswerPart> ResumeAsync(StreamPosition from, TimeSpan left, CancellationToken cancellationToken);
}

/// <summary>A question on its way to its grain.</summary>
/// <param name="Image">About which image.</param>
/// <param name="Question">In canonical form.</param>
/// <param name="Priority">Of who asks.</param>
/// <param name="Left">What is left of the caller's time, by which admission judges.</param>
[GenerateSerializer, Immutable, Alias("loupe.Asked")]
public sealed record Asked(
    [property: Id(0)] ImageKey Image,
    [property: Id(1)] CanonicalQuestion Question,
    [property: Id(2)] Priority Priority,
    [property: Id(3)] TimeSpan Left);

/// <summary>How far a stream was received: the next index of each kind of part.</summary>
[GenerateSerializer, Immutable, Alias("loupe.StreamPosition")]
public readonly record struct StreamPosition([property: Id(0)] int Word, [property: Id(1)] int Region)
{
    /// <summary>Whether a part is still to be sent.</summary>
    public bool IsBefore(AnswerPart part) => part switch
    {
        WordPart word => word.Index >= Word,
        RegionPart region => region.Index >= Region,
        _ => true,
    };

    /// <summary>The position once a part was received.</summary>
    public StreamPosition After(AnswerPart part) => part switch
    {
        WordPart word => this with { Word = word.Index + 1 },
        RegionPart region => this with { Region = region.Index + 1 },
        _ => this,
    };
}
