using Loupe.Grains.Shares;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Loupe.Grains.Load;

/// <summary>This silo's end of <see cref="ISiloService"/>.</summary>
[Reentrant]
internal sealed class SiloService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, LoadBoard board, ISiloShare share)
    : GrainService(id, silo, loggers), ISiloService
{
    public Task PostAsync(SiloAddress silo, SiloLoad load)
    {
        board.Post(silo, load);
        return Task.CompletedTask;
    }

    public Task<bool> HasAsync(ImageKey image) => Task.FromResult(share.Has(image));

    public Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features) => share.AdoptAsync(image, features);

    public Task ForgetAsync(ImageKey image) => share.ForgetAsync(image, CancellationToken.None);
}
