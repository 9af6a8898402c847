using Loupe.Engine;
using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;
using Loupe.Grains.Images;
using Microsoft.Extensions.Hosting;

namespace Loupe.Grains.Shares;

/// <summary>A process with an engine.</summary>
public sealed class EngineShare(LocalLocalizer localizer, EngineParts engine, Admission admission, EngineOptions options, IHostApplicationLifetime process) : ISiloShare
{
    public ILocalizer Local => localizer;

    // From the first signal on, though the questions that came before it are still answered.
    private bool IsDraining => admission.IsDraining || process.ApplicationStopping.IsCancellationRequested;

    public SiloState State =>
        IsDraining ? SiloState.Draining : engine.IsRebuilding ? SiloState.Warming : SiloState.Active;

    public ShareLoad Load => new(engine.QueueSeconds, engine.Saturation, engine.BusyRatio, engine.Store.Bytes, engine.Store.Budget);

    public string? NotReadyBecause =>
        IsDraining ? "draining"
        : engine.IsRebuilding ? "the device failed and is being started again"
        : engine.Saturation > options.Queue.MaxSeconds / options.Queue.TargetSeconds ? "saturated"
        : null;

    public bool NeedsOthers => false;

    public bool Has(ImageKey image) => engine.Encode.IsWarm(image);

    public async Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features) =>
        Transfers.Unpack(engine.Encode.KeyOf(image), features) is { } blob && await engine.Encode.AdoptAsync(image, blob, CancellationToken.None);

    public Question? FindQuestion(string tenant, string answerId) => localizer.FindQuestion(tenant, answerId);
}
