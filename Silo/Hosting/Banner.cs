using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Loupe.Silo.Hosting;

/// <summary>Says once, in one line, where the process listens and what it runs.</summary>
internal sealed partial class Banner(IServer server, IClusterView cluster, ILogger<Banner> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var description = cluster.Describe();
        Listening(
            logger,
            string.Join(", ", addresses),
            description.Bundle.Name,
            description.Bundle.Digest[..Math.Min(12, description.Bundle.Digest.Length)],
            description.Bundle.Device ?? "unknown",
            description.Mode);
        return Task.CompletedTask;
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
