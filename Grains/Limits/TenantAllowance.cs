namespace Loupe.Grains.Limits;

/// <inheritdoc cref="ITenantAllowance"/>
internal sealed class TenantAllowance(IGrainFactory grains) : ITenantAllowance
{
    public async ValueTask<Allowance> TakeAsync(string tenant, int wanted, int limit, CancellationToken cancellationToken)
    {
        var granted = await grains.GetGrain<IAllowanceGrain>(tenant).TakeAsync(wanted, limit, cancellationToken);
        return new(granted.Requests, granted.Left, granted.Reset);
    }
}
