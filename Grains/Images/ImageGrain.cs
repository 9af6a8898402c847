using Loupe.Engine.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;

namespace Loupe.Grains.Images;

/// <inheritdoc cref="IImageGrain"/>
[PlaceWithImage(SiloRoles.Encode)]
public sealed class ImageGrain(EngineParts engine, ILocalSiloDetails silo) : Grain, IImageGrain
{
    private ImageKey Image => ImageAddress.Parse(this.GetPrimaryKeyString()).Image;

    public Task<FeatureState> GetStateAsync(CancellationToken cancellationToken) =>
        Task.FromResult(engine.Encode.IsWarm(Image) ? FeatureState.Warm : FeatureState.Cold);

    public async Task<FeatureTransfer?> PullAsync(SiloAddress asking, CancellationToken cancellationToken)
    {
        if (asking.Equals(silo.SiloAddress))
        {
            return null;
        }

        var staged = await engine.Encode.GetAsync(Image, Priority.Interactive, cancellationToken);
        using (staged.Lease)
        {
            var transfer = Transfers.Pack(engine.Encode.KeyOf(Image), staged.Lease.Value.ToBlob());
            engine.Metrics.Transferred("out", transfer.Data.Length);
            return transfer;
        }
    }
}
