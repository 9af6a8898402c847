namespace Loupe.Client;

/// <summary>
/// A Loupe server. Every refusal and failure is a <see cref="LoupeException"/>; what can succeed on a second try (an
/// overloaded, starting or unreachable server, a broken connection) was tried again before, as
/// <see cref="LoupeClientOptions"/> say. Everything here may be repeated safely: images and answers are addressed by
/// their content.
/// </summary>
public interface ILoupeClient
{
    /// <summary>Uploads a PNG, JPEG or WebP file; does not send again what is there.</summary>
    Task<ImageDescription> UploadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default);

    /// <summary>Uploads what is left of a stream, which is read into memory: its hash is needed before it is sent.</summary>
    Task<ImageDescription> UploadAsync(Stream file, CancellationToken cancellationToken = default);

    /// <summary>Uploads a file by its path.</summary>
    Task<ImageDescription> UploadFileAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Describes an uploaded image, or null where there is none by that id.</summary>
    Task<ImageDescription?> DescribeAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>The bytes of an uploaded image.</summary>
    Task<byte[]> ContentAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Removes an image and all that was computed from it; false where there was none by that id.</summary>
    Task<bool> ForgetAsync(string imageId, CancellationToken cancellationToken = default);

    /// <summary>Asks, and waits for the whole answer.</summary>
    Task<Answer> AskAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks, and gives words and regions as they come; the last part is the <see cref="DonePart"/>. A broken connection
    /// is continued after the last word. Leaving the enumeration hangs up, which ends the work for it on the server.
    /// </summary>
    IAsyncEnumerable<AnswerPart> StreamAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks many questions; answers come as they finish, in any order. Questions are taken from the source no faster
    /// than they are answered. A question that is refused spoils no other: its answer has the problem.
    /// </summary>
    IAsyncEnumerable<BatchAnswer> BatchAsync(IAsyncEnumerable<Question> questions, CancellationToken cancellationToken = default);

    /// <summary>An answer given before, or null where it is forgotten.</summary>
    Task<Answer?> RecallAsync(string answerId, CancellationToken cancellationToken = default);

    /// <summary>What is running.</summary>
    Task<ClusterDescription> ClusterAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns once the server says it is ready, however long that takes.</summary>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken = default);
}
