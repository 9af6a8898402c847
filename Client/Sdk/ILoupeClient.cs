namespace Loupe.Client;

/// <summary>
/// A Loupe server. Every refusal is a <see cref="LoupeException"/>; what can succeed on a second try (an overloaded,
/// starting or unreachable server) was tried again before, as the options say. Everything here may be repeated safely:
/// images and answers are addressed by their content.
/// </summary>
public interface ILoupeClient
{
    /// <summary>Uploads a PNG, JPEG or WebP file; does not send again what is there.</summary>
    Task<ImageDescription> UploadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default);

    /// <summary>Uploads a file by its path.</summary>
    Task<ImageDescription> UploadFileAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Describes an uploaded image, or null where there is none by that id.</summary>
    Task<ImageDescription?> DescribeAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>The bytes of an uploaded image.</summary>
    Task<byte[]> ContentAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Removes an image and all that was computed from it.</summary>
    Task ForgetAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Asks, and waits for the whole answer.</summary>
    Task<Answer> AskAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>Asks, and gives words and regions as they come; a broken connection is continued where it broke.</summary>
    IAsyncEnumerable<AnswerPart> StreamAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>Asks many questions over one connection; answers come as they finish.</summary>
    IAsyncEnumerable<BatchAnswer> BatchAsync(IAsyncEnumerable<Question> questions, CancellationToken cancellationToken = default);

    /// <summary>An answer given before, or null where it is forgotten.</summary>
    Task<Answer?> RecallAsync(string answerId, CancellationToken cancellationToken = default);

    /// <summary>What is running.</summary>
    Task<ClusterDescription> ClusterAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns once the server says it is ready.</summary>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken = default);
}

/// <summary>One line of a batch's answers: an answer or a problem.</summary>
public sealed record BatchAnswer
{
    /// <summary>The question's key, where it had one.</summary>
    public string? Key { get; init; }

    /// <summary>The question's line, from 1.</summary>
    public int? Line { get; init; }

    public Answer? Answer { get; init; }

    public Problem? Problem { get; init; }
}
