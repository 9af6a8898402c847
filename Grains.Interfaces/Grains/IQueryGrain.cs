namespace Loupe.Grains;

/// <summary>
/// The address of one question's answer. Key: <c>tenant/bundle digest/image id/hash of the question</c>.
/// </summary>
[Alias("loupe.IQueryGrain")]
public interface IQueryGrain : IGrainWithStringKey
{
    /// <summary>
    /// Answers the question as it is decoded; all who ask at the same time listen to one decoding. Ending the
    /// enumeration, cancelling it or the question's deadline frees the batch slot, unless others listen.
    /// </summary>
    /// <param name="question">Its hash is in the key; its deadline counts from now.</param>
    /// <param name="from">What the caller has already; only the rest is sent.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [Alias("ask")]
    IAsyncEnumerable<AnswerPart> AskAsync(Question question, StreamPosition from, CancellationToken cancellationToken);
}

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
