using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Keys;
using Loupe.Grains.Values;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Loupe.Grains.Regions;

/// <inheritdoc cref="IRegionGrain"/>
/// <remarks>It begins on the silo of the question that first needs it: the image's home, or one that the image is spread to.</remarks>
[PreferLocalPlacement, Reentrant, KeepAlive]
internal sealed class RegionGrain(GenerationHost engine, EngineOptions options, Readings readings, Census census) : Grain, IRegionGrain
{
    private ImageAddress _image;
    private ModelGeneration? _generation;
    private HeldValue? _prefix;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _image = ImageAddress.Parse(this.GetPrimaryKeyString());
        census.Region(+1);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        census.Region(-1);
        _prefix?.Dispose();
        return Task.CompletedTask;
    }

    public async Task<Taken> TakeAsync(ModelPrompt prompt, Hand? hand, Priority priority, CancellationToken cancellationToken)
    {
        if (hand is not LeaseHand here)
        {
            return Taken.Elsewhere;
        }

        here.Arrive();
        if (_prefix is null)
        {
            _generation = engine.Current;
            _prefix = new HeldValue(
                _generation.Region.KeyOf(_image.Image, prompt), _generation.Store, options.Reuse is ReuseMode.Full, DeactivateOnIdle);
        }

        var share = await _prefix.TakeAsync(
            async (urgency, abandoned) =>
            {
                using var span = EngineSpans.Start("region");
                var features = await readings.FeaturesAsync(_generation!, _image with { Silo = null }, urgency.Value, abandoned);
                using (features.Lease)
                {
                    var made = await _generation!.Region.ReadAsync(features.Lease.Value, prompt, urgency, abandoned);
                    span.TagDevice(made.Queued, made.Device, made.BatchSize);
                    return (made, Of(features.Took));
                }
            },
            priority,
            cancellationToken);
        here.Give(share.Lease);
        return share.Taken;
    }

    private static Taken Of(Taking took) => new(IsHere: true, took.Found, took.Queued.TotalMilliseconds, took.Device.TotalMilliseconds);
}
