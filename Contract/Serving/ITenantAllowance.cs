namespace Loupe;

/// <summary>The requests that tenants may make in a minute, counted once for all processes that serve HTTP.</summary>
public interface ITenantAllowance
{
    /// <summary>Takes requests out of a tenant's minute, which begins with the first that is taken.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="wanted">At least 1.</param>
    /// <param name="limit">Requests of a minute.</param>
    /// <param name="cancellationToken">The caller waits no longer.</param>
    /// <exception cref="Exception">Nobody can be asked.</exception>
    ValueTask<Allowance> TakeAsync(string tenant, int wanted, int limit, CancellationToken cancellationToken);
}

/// <summary>What was taken.</summary>
/// <param name="Granted">0 to as many as were wanted.</param>
/// <param name="Left">For others, or later.</param>
/// <param name="Reset">Until the minute is over.</param>
public readonly record struct Allowance(int Granted, int Left, TimeSpan Reset);
