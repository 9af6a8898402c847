using Loupe.Engine;
using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;

namespace Loupe.Grains.Shares;

/// <summary>A process with an engine.</summary>
public sealed class EngineShare(LocalLocalizer localizer, EngineParts engine, Admission admission, EngineOptions options) : ISiloShare
{
    public ILocalizer Local => localizer;

    public SiloState State =>
        admission.IsDraining ? SiloState.Draining : engine.IsRebuilding ? SiloState.Warming : SiloState.Active;

    public ShareLoad Load => new(engine.QueueSeconds, engine.Saturation, engine.Store.Bytes, engine.Store.Budget);

    public string? NotReadyBecause =>
        admission.IsDraining ? "draining"
        : engine.IsRebuilding ? "the device failed and is being started again"
        : engine.Saturation > options.Queue.MaxSeconds / options.Queue.TargetSeconds ? "saturated"
        : null;

    public bool NeedsOthers => false;

    public Question? FindQuestion(string tenant, string answerId) => localizer.FindQuestion(tenant, answerId);
}
