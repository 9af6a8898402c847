using Loupe.Engine.Stages;

namespace Loupe.Silo.Hosting;

/// <summary>Closes the engine when no request is left that could ask it, and waits for work that outlived its callers.</summary>
/// <param name="admission">Null in a process without an engine, which has nothing to wait for.</param>
internal sealed class EngineDrain(Admission? admission = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (admission?.DrainAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time to drain is over, which the gateway has told.
        }
    }
}
