namespace Loupe;

/// <summary>
/// All that Loupe does: add an image, describe it, answer a question as a stream, forget it. The gateway knows this
/// interface alone, and it is implemented once, through grains. Every refusal and failure is a
/// <see cref="LocalizerException"/>. A question's deadline is the caller's to hold, by cancelling.
/// </summary>
public interface ILocalizer
{
    /// <summary>The bundle that answers, with the tasks it offers and its limits.</summary>
    BundleDescription Bundle { get; }

    /// <summary>Stores an image; returns only when the bytes are durable.</summary>
    /// <param name="tenant">Who uploads it.</param>
    /// <param name="bytes">A PNG, JPEG or WebP file.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Describes a stored image, or null when the tenant has none by that id.</summary>
    Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken);

    /// <summary>The stored bytes, or null when the tenant has no image by that id.</summary>
    Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken);

    /// <summary>Removes bytes, features, prefixes and answers of an image; false when there was none.</summary>
    Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken);

    /// <summary>
    /// Answers a question with the whole answer. Validation and admission come before any work; cancelling frees what the
    /// question holds unless others ask it too.
    /// </summary>
    /// <param name="tenant">Who asks; only this tenant's images exist for the question.</param>
    /// <param name="question">Its image is given by id; its deadline is what is left, by which admission judges.</param>
    /// <param name="cancellationToken">The caller hung up, or its deadline passed.</param>
    Task<Answer> AnswerAsync(string tenant, Question question, CancellationToken cancellationToken);

    /// <summary>
    /// The same part by part. The last part is the <see cref="DonePart"/>. Validation and admission happen before the
    /// first part; ending the enumeration, or cancelling, frees what the question holds unless others ask it too.
    /// </summary>
    /// <param name="tenant">Who asks; only this tenant's images exist for the question.</param>
    /// <param name="question">Its image is given by id.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken);

    /// <summary>The memoized answer of a question, or null when there is none (any more).</summary>
    Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken);

    /// <summary>
    /// Continues a stream after a part already received; the question is decoded again where its answer is gone.
    /// Fails with <see cref="ProblemKind.NotFound"/> for a question never asked or long forgotten.
    /// </summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="answerId">The id of the answer that was being streamed.</param>
    /// <param name="after">Index of the last word (or region) received; −1 for none.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken cancellationToken);
}
