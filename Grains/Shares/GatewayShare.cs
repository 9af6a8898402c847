using Loupe.Engine;
using Microsoft.Extensions.Hosting;

namespace Loupe.Grains.Shares;

/// <summary>A process that serves HTTP and has no model: it is ready when others are.</summary>
public sealed class GatewayShare(ImageDesk desk, IHostApplicationLifetime process) : ISiloShare
{
    public ILocalizer Local => desk;

    public SiloState State => process.ApplicationStopping.IsCancellationRequested ? SiloState.Draining : SiloState.Active;

    public ShareLoad Load => default;

    public string? NotReadyBecause => State == SiloState.Draining ? "draining" : null;

    public bool NeedsOthers => true;

    public bool Has(ImageKey image) => false;

    public Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features) => Task.FromResult(false);

    public Question? FindQuestion(string tenant, string answerId) => null;
}
