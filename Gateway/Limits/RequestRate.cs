using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Limits;

/// <summary>
/// Requests of a tenant in a minute, over all gateways. Each takes a few at once out of the tenant's minute and spends them by itself;
/// when none are left for anybody, it refuses without asking again. Where nobody can be asked, it takes its share of the limit.
/// </summary>
/// <param name="options">The limit.</param>
/// <param name="allowance">Of all gateways together.</param>
/// <param name="cluster">How many there are, for the share.</param>
/// <param name="time">Whose minutes.</param>
/// <param name="logger">Told when a share is taken.</param>
internal sealed partial class RequestRate(
    IOptions<LimitsOptions> options, ITenantAllowance allowance, IClusterView cluster, TimeProvider time, ILogger<RequestRate> logger)
{
    // The part of a limit that one gateway takes at once: what it keeps for itself and does not spend, others lack.
    private const int Parts = 50;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly int _limit = options.Value.RequestsPerMinute;
    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _held = [];

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => _limit > 0;

    /// <summary>Takes one request out of the tenant's minute, if one is left.</summary>
    public async ValueTask<RateState> TakeAsync(string tenant, CancellationToken cancellationToken)
    {
        if (Spend(tenant) is { } known)
        {
            return known;
        }

        Allowance taken;
        try
        {
            taken = await allowance.TakeAsync(tenant, Math.Max(1, _limit / Parts), _limit, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var share = Math.Max(1, _limit / Math.Max(1, cluster.Describe().Silos.Count));
            LogAlone(error, share);
            taken = new Allowance(share, 0, Minute);
        }

        return Keep(tenant, taken);
    }

    /// <summary>Takes one request, or refuses it; without a limit does nothing.</summary>
    public async ValueTask TakeOrRefuseAsync(string tenant, CancellationToken cancellationToken)
    {
        if (IsLimited && await TakeAsync(tenant, cancellationToken) is { Admitted: false } state)
        {
            throw state.Refusal();
        }
    }

    // Null where others have to be asked.
    private RateState? Spend(string tenant)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(tenant, out var held) || held.Remains(time) <= TimeSpan.Zero)
            {
                return null;
            }

            return held.Requests > 0 || held.Left == 0 ? State(held) : null;
        }
    }

    private RateState Keep(string tenant, Allowance taken)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(tenant, out var held) || held.Remains(time) <= TimeSpan.Zero)
            {
                _held[tenant] = held = new Held();
            }

            held.Requests += taken.Granted;
            (held.Left, held.Reset, held.Asked) = (taken.Left, taken.Reset, time.GetTimestamp());
            return State(held);
        }
    }

    private RateState State(Held held)
    {
        var admitted = held.Requests > 0;
        held.Requests -= admitted ? 1 : 0;
        return new(admitted, _limit, held.Requests + held.Left, held.Remains(time));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Requests cannot be counted with the other gateways; this one admits its share, {Share} a minute of each tenant")]
    private partial void LogAlone(Exception error, int share);

    private sealed class Held
    {
        public int Requests { get; set; }

        public int Left { get; set; }

        public TimeSpan Reset { get; set; }

        public long Asked { get; set; }

        public TimeSpan Remains(TimeProvider time) => Reset - time.GetElapsedTime(Asked);
    }
}

/// <summary>Where a tenant stands in its minute.</summary>
internal readonly record struct RateState(bool Admitted, int Limit, int Remaining, TimeSpan Reset)
{
    public LocalizerException Refusal() =>
        LocalizerException.Of(ProblemKind.Overloaded, $"At most {Limit} requests a minute are accepted.", Reset);
}
