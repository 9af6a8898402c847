using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Images;
using Loupe.Grains.Questions;
using Microsoft.Extensions.Hosting;

namespace Loupe.Grains.Shares;

/// <summary>A process with an engine.</summary>
internal sealed class EngineShare(
    GenerationHost engine,
    IImageStore images,
    AnswerShelf shelf,
    Admission admission,
    EngineMetrics metrics,
    EngineOptions options,
    IHostApplicationLifetime process) : ISiloShare
{
    // From the first signal on, though the questions that came before it are still answered.
    private bool IsDraining => admission.IsDraining || process.ApplicationStopping.IsCancellationRequested;

    public SiloState State =>
        IsDraining ? SiloState.Draining : engine.NotReadyBecause is not null ? SiloState.Warming : SiloState.Active;

    public ShareLoad Load => new(engine.QueueSeconds, engine.Saturation, engine.BusyRatio, engine.KeptBytes, engine.KeptBytesAllowed);

    public string? NotReadyBecause =>
        IsDraining ? "draining"
        : engine.NotReadyBecause ?? (engine.Saturation > options.Queue.MaxSeconds / options.Queue.TargetSeconds ? "saturated" : null);

    public bool NeedsOthers => false;

    public bool Has(ImageKey image) => engine.Find() is { } generation && generation.Store.Contains(generation.Encode.KeyOf(image));

    public async Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features)
    {
        if (Has(image))
        {
            return true;
        }

        if (options.Reuse is not (ReuseMode.Full or ReuseMode.Image)
            || engine.Find() is not { } generation
            || Transfers.Unpack(generation.Encode.KeyOf(image), features) is not { } blob
            || generation.Encode.Import(blob) is not { } value)
        {
            return false;
        }

        // It waits for the image's grain, which claims it when it is first asked here.
        generation.Store.Keep(generation.Encode.KeyOf(image), value, generation.Encode.CostMs, evicted: null).Lease.Dispose();
        metrics.Transferred("in", blob.Data.Length);
        try
        {
            if (await images.DescribeAsync(image, CancellationToken.None) is not null)
            {
                return Has(image);
            }
        }
        catch (LocalizerException)
        {
            // Where nobody can tell whether it is there, nothing stays.
        }

        generation.Store.Forget(image);
        return false;
    }

    public async Task ForgetAsync(ImageKey image, CancellationToken cancellation)
    {
        engine.Find()?.Store.Forget(image);
        shelf.Forget(image);
        if (engine.Tier is { } tier)
        {
            await tier.ForgetAsync(image, cancellation);
        }
    }
}
