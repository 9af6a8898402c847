using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Loupe.Grains.Questions;
using Loupe.Grains.Shares;
using Microsoft.Extensions.Logging;

namespace Loupe.Grains;

/// <summary>
/// <see cref="ILocalizer"/>: bytes go to the image store that all silos share, questions to their grain. A cluster of one
/// silo is asked as any other.
/// </summary>
internal sealed partial class Localizer(
    ISiloShare share,
    IGrammar grammar,
    IImageStore images,
    EngineOptions engine,
    QuestionAsker questions,
    IGrainFactory grains,
    Silos silos,
    ILogger<Localizer> logger) : ILocalizer
{
    private readonly ILogger _logger = logger;

    public BundleDescription Bundle => grammar.Bundle;

    public async Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        bytes.Length <= engine.Limits.MaxImageBytes
            ? await images.AddAsync(tenant, bytes, cancellationToken)
            : throw new ImageLimits(engine.Limits.MaxImageBytes).TooLarge();

    public async Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken)
    {
        if (await images.DescribeAsync(image, cancellationToken) is not { } description)
        {
            return null;
        }

        try
        {
            return description with
            {
                Features = await grains.GetGrain<IImageGrain>(AddressOf(image).ToString()).GetStateAsync(cancellationToken),
            };
        }
        catch (Exception error) when (Losses.IsLoss(error) || error is LocalizerException)
        {
            // Where no silo answers for the image, its next question will have to encode it.
            return description with { Features = FeatureState.Cold };
        }
    }

    public Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        images.ReadAsync(image, cancellationToken);

    public async Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken)
    {
        // Bytes first: whatever is computed from them meanwhile finds them gone and does not stay.
        try
        {
            return await images.RemoveAsync(image, cancellationToken);
        }
        finally
        {
            // Though the store may be out of reach: another process may have removed the bytes already.
            await share.ForgetAsync(image, cancellationToken);
            await Task.WhenAll(silos.Others().Select(silo => ForgetAsync(silo, image)));
        }
    }

    public Task<Answer> AnswerAsync(string tenant, Question question, CancellationToken cancellationToken) =>
        questions.AnswerAsync(tenant, question, cancellationToken);

    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken) =>
        questions.AskAsync(tenant, question, cancellationToken);

    public Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) =>
        questions.RecallAsync(tenant, answerId, cancellationToken);

    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken cancellationToken) =>
        questions.ResumeAsync(tenant, answerId, after, cancellationToken);

    private ImageAddress AddressOf(ImageKey image) => new(image, Bundle.Digest);

    private async Task ForgetAsync(ISiloService silo, ImageKey image)
    {
        try
        {
            await silo.ForgetAsync(image);
        }
        catch (Exception error) when (Losses.IsLoss(error))
        {
            // What a lost silo kept of the image is lost with it.
            LogSiloLost(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A silo was lost while it was asked")]
    private partial void LogSiloLost(Exception error);
}
