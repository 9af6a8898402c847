using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Values;

/// <summary>
/// How this silo comes by values of an image: from the image's or region's grain where that is active here, as a reference;
/// else from the replica on this silo, which pulls or computes its own.
/// </summary>
internal sealed partial class Readings(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    EngineMetrics metrics,
    IOptions<LoupeClusterOptions> options,
    TimeProvider time,
    ILogger<Readings> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Features of an image, leased, of one generation.</summary>
    internal async Task<LeasedFeatures> FeaturesAsync(
        ModelGeneration generation, ImageAddress image, Priority priority, CancellationToken cancellation)
    {
        using var hand = new LeaseHand();
        var taken = await TakeAsync(
            hand, grain => grain.TakeAsync(hand, priority, cancellation), grains.GetGrain<IImageGrain>(image.ToString()),
            () => grains.GetGrain<IImageGrain>(Here(image).ToString()), cancellation);
        metrics.Reuse(StageName.Encode, EngineSpans.NameOf(taken.Found));
        return new(Of(generation, hand), Took(taken));
    }

    /// <summary>The prefix of a prompt, leased, of one generation.</summary>
    internal async Task<LeasedPrefix> PrefixAsync(
        ModelGeneration generation, ImageAddress image, ModelPrompt prompt, Priority priority, CancellationToken cancellation)
    {
        using var hand = new LeaseHand();
        var hash = ContentKey.Of("prompt", prompt.Key);
        var taken = await TakeAsync(
            hand, grain => grain.TakeAsync(prompt, hand, priority, cancellation), grains.GetGrain<IRegionGrain>(image.With(hash)),
            () => grains.GetGrain<IRegionGrain>(Here(image).With(hash)), cancellation);
        metrics.Reuse(StageName.Region, taken.Found == FeatureReuse.Hit ? "hit" : "miss");
        return new(Of(generation, hand), Took(taken), taken.Features is { } features ? Took(features) : null);
    }

    /// <summary>The readings of one question.</summary>
    internal IReadings For(ModelGeneration generation, ImageAddress image, Urgency urgency) => new OfOne(this, generation, image, urgency);

    private ImageAddress Here(ImageAddress image) => image with { Silo = silo.Name };

    private async Task<Taken> TakeAsync<TGrain>(
        LeaseHand hand, Func<TGrain, Task<Taken>> take, TGrain grain, Func<TGrain> replica, CancellationToken cancellation)
    {
        var taken = Taken.Elsewhere;
        try
        {
            // One on another silo answers at once, one here takes the hand at once and its time for the value; one that hears
            // nothing is given up early.
            var taking = take(grain);
            await Task.WhenAny(taking, hand.Arrived).WaitAsync(TimeSpan.FromSeconds(options.Value.PullSeconds), time, cancellation);
            taken = await taking.WaitAsync(cancellation);
        }
        catch (Exception error) when (Losses.IsLoss(error) || error is LocalizerException { Problem.Kind: ProblemKind.Unavailable })
        {
            LogElsewhere(error);
        }

        if (!taken.IsHere)
        {
            taken = await take(replica());
        }

        return taken.IsHere ? taken : throw LocalizerException.Of(
            ProblemKind.Unavailable, "The image is moving to another silo; ask again.", TimeSpan.FromSeconds(1));
    }

    // A value of a generation that has failed is of no use to the next one.
    private static FeatureStore.Lease Of(ModelGeneration generation, LeaseHand hand)
    {
        var lease = hand.Take();
        if (ReferenceEquals(lease.Store, generation.Store))
        {
            return lease;
        }

        lease.Dispose();
        throw LocalizerException.Of(
            ProblemKind.Unavailable, "The device failed and was started again; ask again.", TimeSpan.FromSeconds(1));
    }

    private static Taking Took(Taken taken) =>
        new(taken.Found, TimeSpan.FromMilliseconds(taken.QueueMs), TimeSpan.FromMilliseconds(taken.DeviceMs));

    [LoggerMessage(Level = LogLevel.Debug, Message = "A value's grain could not be reached; this silo takes a replica")]
    private partial void LogElsewhere(Exception error);

    private sealed class OfOne(Readings readings, ModelGeneration generation, ImageAddress image, Urgency urgency) : IReadings
    {
        public Task<LeasedFeatures> FeaturesAsync(CancellationToken cancellation) =>
            readings.FeaturesAsync(generation, image, urgency.Value, cancellation);

        public Task<LeasedPrefix> PrefixAsync(ModelPrompt prompt, CancellationToken cancellation) =>
            readings.PrefixAsync(generation, image, prompt, urgency.Value, cancellation);
    }
}
