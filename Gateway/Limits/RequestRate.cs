using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Limits;

/// <summary>
/// Requests of a tenant in windows of a minute. A window begins with a tenant's first request in it. Tenants come from the
/// configuration, so there are few.
/// </summary>
internal sealed class RequestRate(IOptions<LimitsOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly int _limit = options.Value.RequestsPerMinute;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _windows = [];

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => _limit > 0;

    /// <summary>Takes one request out of the tenant's window, if one is left.</summary>
    public RateState Take(string tenant)
    {
        lock (_gate)
        {
            var window = _windows.GetValueOrDefault(tenant);
            if (window is null || time.GetElapsedTime(window.Start) >= Span)
            {
                _windows[tenant] = window = new Window { Start = time.GetTimestamp() };
            }

            var admitted = window.Taken < _limit;
            if (admitted)
            {
                window.Taken++;
            }

            return new(admitted, _limit, _limit - window.Taken, Span - time.GetElapsedTime(window.Start));
        }
    }

    /// <summary>Takes one request, or refuses it; without a limit does nothing.</summary>
    public void TakeOrRefuse(string tenant)
    {
        if (IsLimited && Take(tenant) is { Admitted: false } state)
        {
            throw state.Refusal();
        }
    }

    private sealed class Window
    {
        public required long Start { get; init; }

        public int Taken { get; set; }
    }
}

/// <summary>Where a tenant stands in its window.</summary>
internal readonly record struct RateState(bool Admitted, int Limit, int Remaining, TimeSpan Reset)
{
    public LocalizerException Refusal() =>
        LocalizerException.Of(ProblemKind.Overloaded, $"At most {Limit} requests a minute are accepted.", Reset);
}
