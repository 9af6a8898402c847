using Microsoft.Extensions.Hosting;

namespace Loupe.Grains.Shares;

/// <summary>A process that serves HTTP and has no model: it is ready when others are.</summary>
internal sealed class GatewayShare(IHostApplicationLifetime process) : ISiloShare
{
    public SiloState State => process.ApplicationStopping.IsCancellationRequested ? SiloState.Draining : SiloState.Active;

    public ShareLoad Load => default;

    public string? NotReadyBecause => State == SiloState.Draining ? "draining" : null;

    public bool NeedsOthers => true;

    public bool Has(ImageKey image) => false;

    public Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features) => Task.FromResult(false);

    public Task ForgetAsync(ImageKey image, CancellationToken cancellation) => Task.CompletedTask;
}
