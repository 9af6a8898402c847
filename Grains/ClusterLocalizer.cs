using System.Runtime.CompilerServices;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Loupe.Grains.Shares;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains;

/// <summary>
/// <see cref="ILocalizer"/> over the cluster: bytes go to the image store that all silos share, questions to the grain
/// on the image's home.
/// </summary>
public sealed partial class ClusterLocalizer(
    ISiloShare share, IGrainFactory grains, Silos silos, IOptions<LoupeClusterOptions> options, TimeProvider time, ILogger<ClusterLocalizer> logger)
    : ILocalizer
{
    private readonly ILogger _logger = logger;
    private readonly ILocalizer _local = share.Local;

    public BundleDescription Bundle => _local.Bundle;

    public Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _local.AddImageAsync(tenant, bytes, cancellationToken);

    public async Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken)
    {
        if (await _local.DescribeImageAsync(image, cancellationToken) is not { } description)
        {
            return null;
        }

        try
        {
            return description with { Features = await grains.GetGrain<IImageGrain>(AddressOf(image).ToString()).GetStateAsync(cancellationToken) };
        }
        catch (Exception error) when (WasLost(error) || error is LocalizerException)
        {
            // Where no silo answers for the image, its next question will have to encode it.
            return description with { Features = FeatureState.Cold };
        }
    }

    public Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken) => _local.ReadImageAsync(image, cancellationToken);

    public async Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken)
    {
        var there = await _local.ForgetImageAsync(image, cancellationToken);
        await Task.WhenAll(silos.Others().Select(silo => ForgetAsync(silo, image)));
        return there;
    }

    public async IAsyncEnumerable<AnswerPart> AskAsync(
        string tenant, Question question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var part in StreamAsync(tenant, question, default, cancellationToken))
        {
            yield return part;
        }
    }

    public async Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) =>
        await _local.RecallAsync(tenant, answerId, cancellationToken)
            ?? await FirstAsync(silo => silo.RecallAsync(tenant, answerId), cancellationToken);

    public async IAsyncEnumerable<AnswerPart> ResumeAsync(
        string tenant, string answerId, int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var question = share.FindQuestion(tenant, answerId)
            ?? await FirstAsync(silo => silo.FindQuestionAsync(tenant, answerId), cancellationToken)
            ?? throw LocalizerException.Of(ProblemKind.NotFound, "That question was never asked, or long ago. Ask it again.");
        await foreach (var part in StreamAsync(tenant, question, new StreamPosition(after + 1, after + 1), cancellationToken))
        {
            yield return part;
        }
    }

    /// <summary>Whether a call failed because a silo was lost on the way, not because of what it was asked.</summary>
    internal static bool WasLost(Exception error) => error is OrleansException or TimeoutException or EnumerationAbortedException;

    private ImageAddress AddressOf(ImageKey image) => new(image, Bundle.Digest);

    private async Task ForgetAsync(ISiloService silo, ImageKey image)
    {
        try
        {
            await silo.ForgetAsync(image);
        }
        catch (Exception error) when (WasLost(error))
        {
            // What a lost silo kept of the image is lost with it.
            LogSiloLost(error);
        }
    }

    private async Task<T?> FirstAsync<T>(Func<ISiloService, Task<T?>> ask, CancellationToken cancellation)
        where T : class
    {
        var asked = silos.Others().Select(ask).ToList();
        while (asked.Count > 0)
        {
            var answered = await Task.WhenAny(asked).WaitAsync(cancellation);
            asked.Remove(answered);
            try
            {
                if (await answered is { } found)
                {
                    asked.ForEach(other => other.Ignore());
                    return found;
                }
            }
            catch (Exception error) when (WasLost(error))
            {
                LogSiloLost(error);
            }
        }

        return null;
    }
}
