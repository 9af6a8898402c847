using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;
using Loupe.Grains.Values;
using Orleans.Concurrency;

namespace Loupe.Grains.Images;

/// <inheritdoc cref="IImageGrain"/>
[PlaceWithImage(SiloRoles.Encode), Reentrant, KeepAlive]
internal sealed class ImageGrain(
    GenerationHost engine, EngineOptions options, IImageStore images, HomeFeatures homes, EngineMetrics metrics,
    Census census) : Grain, IImageGrain
{
    private ImageAddress _address;
    private ModelGeneration? _generation;
    private HeldValue? _features;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _address = ImageAddress.Parse(this.GetPrimaryKeyString());
        census.Image(+1);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        census.Image(-1);
        _features?.Dispose();
        return Task.CompletedTask;
    }

    public Task<FeatureState> GetStateAsync(CancellationToken cancellationToken)
    {
        var features = Features();
        features.Claim();
        if (!features.IsHeld && !features.IsUnderWay)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(features.IsHeld ? FeatureState.Warm : FeatureState.Cold);
    }

    public async Task<Taken> TakeAsync(Hand? hand, Priority priority, CancellationToken cancellationToken)
    {
        if (hand is not LeaseHand here)
        {
            return Taken.Elsewhere;
        }

        here.Arrive();
        var share = await HoldAsync(priority, cancellationToken);
        here.Give(share.Lease);
        return share.Taken;
    }

    public async Task<FeatureTransfer> PullAsync(Priority priority, CancellationToken cancellationToken)
    {
        var share = await HoldAsync(priority, cancellationToken);
        using (share.Lease)
        {
            var transfer = Transfers.Pack(Features().Key, share.Lease.Value.ToBlob());
            metrics.Transferred("out", transfer.Data.Length);
            return transfer;
        }
    }

    private async Task<HeldValue.Share> HoldAsync(Priority priority, CancellationToken cancellation)
    {
        var features = Features();
        var share = await features.TakeAsync(
            async (urgency, abandoned) =>
            {
                var home = _address.Silo is null ? null : homes.Of(_address, features.Key);
                return (await _generation!.Encode.GetAsync(_address.Image, home, urgency, abandoned), null);
            },
            priority,
            cancellation);
        if (share.Taken.Found != FeatureReuse.Hit)
        {
            await EnsureStillThereAsync(share);
        }

        return share;
    }

    // Forgetting removes the bytes first: what was computed from them meanwhile must not stay, nor where nobody can tell.
    private async Task EnsureStillThereAsync(HeldValue.Share share)
    {
        var isThere = false;
        try
        {
            isThere = await images.DescribeAsync(_address.Image, CancellationToken.None) is not null;
        }
        finally
        {
            if (!isThere)
            {
                share.Lease.Dispose();
                _generation!.Store.Forget(_address.Image);
            }
        }

        if (!isThere)
        {
            throw EncodeStage.NoImage(_address.Image);
        }
    }

    private HeldValue Features()
    {
        if (_features is null)
        {
            _generation = engine.Current;
            var keeps = options.Reuse is ReuseMode.Full or ReuseMode.Image;
            _features = new HeldValue(_generation.Encode.KeyOf(_address.Image), _generation.Store, keeps, DeactivateOnIdle);
        }

        return _features;
    }
}
