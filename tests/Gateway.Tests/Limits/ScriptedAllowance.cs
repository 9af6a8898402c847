namespace Loupe.Gateway.Tests.Limits;

/// <summary>A tenant's minute as the cluster counts it, in this process.</summary>
internal sealed class ScriptedAllowance(TimeProvider time) : ITenantAllowance
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Started, int Taken)> _minutes = [];

    public int Asked { get; private set; }

    /// <summary>Whether nobody can be asked.</summary>
    public bool Fails { get; set; }

    public ValueTask<Allowance> TakeAsync(string tenant, int wanted, int limit, CancellationToken cancellationToken)
    {
        lock (_minutes)
        {
            Asked++;
            if (Fails)
            {
                throw new TimeoutException("nobody answers");
            }

            if (!_minutes.TryGetValue(tenant, out var minute) || time.GetElapsedTime(minute.Started) >= Minute)
            {
                minute = (time.GetTimestamp(), 0);
            }

            var granted = Math.Clamp(limit - minute.Taken, 0, wanted);
            _minutes[tenant] = minute with { Taken = minute.Taken + granted };
            return ValueTask.FromResult(
                new Allowance(granted, limit - minute.Taken - granted, Minute - time.GetElapsedTime(minute.Started)));
        }
    }
}
