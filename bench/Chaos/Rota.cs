using Loupe.Bench.Fleet;
using Loupe.Client;

namespace Loupe.Bench.Chaos;

/// <summary>
/// What a load balancer does: asks every silo a few times a second whether it is ready, and sends clients to those that
/// were. Between two rounds it may send a client to one that is gone.
/// </summary>
internal sealed class Rota : IDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private readonly IReadOnlyList<SiloHandle> _silos;
    private readonly LoupeClient[] _clients;
    private volatile int[] _ready;

    public Rota(IReadOnlyList<SiloHandle> silos)
    {
        _silos = silos;
        _clients = [.. silos.Select(SiloFleet.ClientOf)];
        _ready = [.. Enumerable.Range(0, silos.Count)];
    }

    /// <summary>A client of some ready silo, or of any where none is.</summary>
    public LoupeClient Pick(Random random)
    {
        var ready = _ready;
        return _clients[ready.Length > 0 ? ready[random.Next(ready.Length)] : random.Next(_clients.Length)];
    }

    /// <summary>Keeps asking until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var states = await Task.WhenAll(_silos.Select(silo => silo.IsReadyAsync(cancellation)));
            _ready = [.. Enumerable.Range(0, states.Length).Where(i => states[i])];
            await Task.Delay(Round, cancellation);
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }
}
