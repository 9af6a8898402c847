using Loupe.Engine.Hosting;
using Loupe.Engine.Images;

namespace Loupe.Engine;

/// <summary>
/// <see cref="ILocalizer"/> in a process without a model: it takes, gives and forgets images, and answers nothing.
/// </summary>
public sealed class ImageDesk(BundleDescription bundle, IImageStore images, EngineOptions options) : ILocalizer
{
    public BundleDescription Bundle => bundle;

    public async Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        bytes.Length <= options.Limits.MaxImageBytes
            ? await images.AddAsync(tenant, bytes, cancellationToken)
            : throw TooLarge(bytes.Length, options.Limits.MaxImageBytes);

    public Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken) => images.DescribeAsync(image, cancellationToken);

    public Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken) => images.ReadAsync(image, cancellationToken);

    public Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken) => images.RemoveAsync(image, cancellationToken);

    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken) => throw NoModel();

    public Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) => Task.FromResult<Answer?>(null);

    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken cancellationToken) => throw NoModel();

    internal static LocalizerException TooLarge(int bytes, int most) =>
        LocalizerException.Of(ProblemKind.TooLarge, $"The file has {bytes} bytes; at most {most} are accepted.");

    private static LocalizerException NoModel() =>
        LocalizerException.Of(ProblemKind.Unavailable, "This process has no model; ask one that decodes.", TimeSpan.FromSeconds(1));
}
