using Loupe.Gateway.Limits;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Hosting;

/// <summary>
/// The end of the process, in order: unready and refusing at once, then waiting for the requests that run, and only then
/// does anything else stop. The listener stays open meanwhile, so that health checks are told the truth.
/// </summary>
internal sealed partial class Drain : IHostedLifecycleService, IDisposable
{
    public const string Reason = "draining";

    private readonly RequestsInFlight _requests;
    private readonly ILogger<Drain> _logger;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationTokenSource _begun = new();

    public Drain(RequestsInFlight requests, IHostApplicationLifetime lifetime, ILogger<Drain> logger)
    {
        _requests = requests;
        _logger = logger;
        _stopping = lifetime.ApplicationStopping.Register(_begun.Cancel);
    }

    /// <summary>Whether new work is refused.</summary>
    public bool Begun => _begun.IsCancellationRequested;

    /// <summary>Cancelled when the drain begins, for what would wait for more work.</summary>
    public CancellationToken Token => _begun.Token;

    /// <summary>How new work is refused.</summary>
    public static LocalizerException Refusal() =>
        LocalizerException.Of(ProblemKind.Unavailable, "This server is draining; ask another, or again.", TimeSpan.FromSeconds(1));

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _begun.CancelAsync();
        var running = _requests.Count;
        if (running == 0)
        {
            return;
        }

        Began(_logger, running);
        try
        {
            await _requests.WhenNoneAsync().WaitAsync(cancellationToken);
            Ended(_logger);
        }
        catch (OperationCanceledException)
        {
            GaveUp(_logger, _requests.Count);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _begun.Dispose();
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
