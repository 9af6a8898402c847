using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Limits;

/// <summary>Counts the requests that run, in all and by tenant, and refuses those above the limits.</summary>
internal sealed class RequestsInFlight(IOptions<LimitsOptions> options)
{
    private readonly LimitsOptions _limits = options.Value;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byTenant = [];
    private TaskCompletionSource? _none;

    /// <summary>Requests that run.</summary>
    public int Count { get; private set; }

    /// <summary>Counts a request until the result is disposed.</summary>
    public Lease Enter(string tenant)
    {
        lock (_gate)
        {
            if (Count >= _limits.MaxInFlight)
            {
                throw LocalizerException.Of(
                    ProblemKind.Unavailable, "Too many requests run at once on this server.", TimeSpan.FromSeconds(1));
            }

            var own = _byTenant.GetValueOrDefault(tenant);
            if (_limits.MaxInFlightPerTenant is > 0 and var most && own >= most)
            {
                throw LocalizerException.Of(
                    ProblemKind.Overloaded, $"At most {most} requests of a tenant may run at once.", TimeSpan.FromSeconds(1));
            }

            _byTenant[tenant] = own + 1;
            Count++;
            return new Lease(this, tenant);
        }
    }

    /// <summary>Completes when no request runs.</summary>
    public Task WhenNoneAsync()
    {
        lock (_gate)
        {
            return Count == 0
                ? Task.CompletedTask
                : (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Leave(string tenant)
    {
        lock (_gate)
        {
            var left = _byTenant[tenant] - 1;
            if (left == 0)
            {
                _byTenant.Remove(tenant);
            }
            else
            {
                _byTenant[tenant] = left;
            }

            if (--Count == 0)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }

    /// <summary>A request that is counted.</summary>
    public readonly struct Lease(RequestsInFlight requests, string tenant) : IDisposable
    {
        public void Dispose() => requests.Leave(tenant);
    }
}
