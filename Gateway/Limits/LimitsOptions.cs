using System.ComponentModel.DataAnnotations;

namespace Loupe.Gateway.Limits;

/// <summary>How much a caller may ask for at once. Section <c>Limits</c> of the configuration.</summary>
public sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>
    /// Requests a tenant may make in a minute, of all gateways together; every line of a batch counts as one. Default: 0, unlimited.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int RequestsPerMinute { get; set; }

    /// <summary>Requests of a tenant that may run at once. Default: 0, unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int MaxInFlightPerTenant { get; set; }

    /// <summary>Requests of everybody that may run at once. Default: 1024.</summary>
    [Range(1, int.MaxValue)]
    public int MaxInFlight { get; set; } = 1024;

    /// <summary>Bytes of request bodies that may be in memory at once. Default: 512 MiB.</summary>
    [Range(1L << 20, long.MaxValue)]
    public long MaxBodyBytesInFlight { get; set; } = 512L << 20;
}
