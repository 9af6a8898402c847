using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Images;

/// <summary>
/// Brings an image's features from its home to a silo that answers about it all the same (a replica). So an image is
/// encoded once in the cluster wherever its questions go.
/// </summary>
public sealed partial class HomeFeatures(
    IGrainFactory grains, ILocalSiloDetails silo, BundleDescription bundle, IOptions<LoupeClusterOptions> options, TimeProvider time, ILogger<HomeFeatures> logger)
    : IFeatureSource
{
    private readonly ILogger _logger = logger;

    public async Task<TensorBlob?> PullAsync(ValueKey key, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.PullSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            var home = grains.GetGrain<IImageGrain>(new ImageAddress(key.Image, bundle.Digest).ToString());
            return await home.PullAsync(silo.SiloAddress, either.Token).WaitAsync(either.Token) is { } transfer
                ? Transfers.Unpack(key, transfer) ?? throw new InvalidDataException("Features did not arrive as they were sent.")
                : null;
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
                : throw LocalizerException.Of(ProblemKind.Unavailable, "No silo that encodes images is ready; one may be starting.", TimeSpan.FromSeconds(1));
        }
    }
}
