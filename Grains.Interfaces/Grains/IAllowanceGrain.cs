namespace Loupe.Grains;

/// <summary>One tenant's requests of a minute. Key: the tenant.</summary>
[Alias("loupe.IAllowanceGrain")]
public interface IAllowanceGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="ITenantAllowance.TakeAsync"/>
    [Alias("take")]
    ValueTask<Granted> TakeAsync(int wanted, int limit, CancellationToken cancellationToken);
}

/// <summary>An <see cref="Allowance"/> between two silos.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Granted")]
public readonly record struct Granted([property: Id(0)] int Requests, [property: Id(1)] int Left, [property: Id(2)] TimeSpan Reset);
