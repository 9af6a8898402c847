using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Images;

/// <summary>
/// Brings an image's features from its home to a silo that answers about it all the same. So an image is encoded once in
/// the cluster wherever its questions go.
/// </summary>
internal sealed partial class HomeFeatures(
    IGrainFactory grains, IOptions<LoupeClusterOptions> options, TimeProvider time, ILogger<HomeFeatures> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>A way to the features that an image's home has or computes; it gives null where they are to be computed here.</summary>
    internal Func<CancellationToken, Task<TensorBlob?>> Of(ImageAddress image, ValueKey key) =>
        cancellation => PullAsync(image with { Silo = null }, key, cancellation);

    private async Task<TensorBlob?> PullAsync(ImageAddress image, ValueKey key, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.PullSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            var home = grains.GetGrain<IImageGrain>(image.ToString());
            var transfer = await home.PullAsync(Priority.Interactive, either.Token).WaitAsync(either.Token);
            return Transfers.Unpack(key, transfer) ?? throw new InvalidDataException("Features did not arrive as they were sent.");
        }
        catch (LocalizerException refusal) when (refusal.Problem.Kind is not (ProblemKind.Unavailable or ProblemKind.Internal))
        {
            throw;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogNotPulled(error);
            return options.Value.Served.Contains(SiloRoles.Encode)
                ? null
                : throw LocalizerException.Of(
                    ProblemKind.Unavailable, "No silo that encodes images is ready; one may be starting.", TimeSpan.FromSeconds(1));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Features could not be pulled from their home")]
    private partial void LogNotPulled(Exception error);
}
