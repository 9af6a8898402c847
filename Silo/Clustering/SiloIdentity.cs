using System.Net;
using Loupe.Silo.Hosting;

namespace Loupe.Silo.Clustering;

/// <summary>Under which name and at which address the other silos know this one. Kubernetes gives both by the environment.</summary>
internal static class SiloIdentity
{
    private const string PodName = "POD_NAME";
    private const string PodAddress = "POD_IP";

    /// <summary>
    /// <c>Cluster:Name</c>, else <c>POD_NAME</c>, else the default; a further process of the same pod or command has its number
    /// behind.
    /// </summary>
    public static string NameOf(IConfiguration configuration, int index, string byDefault) =>
        Given(configuration, "Cluster:Name", PodName) is not { } name ? byDefault : index == 0 ? name : $"{name}-{index}";

    /// <summary><c>Cluster:Address</c>, else <c>POD_IP</c>, else loopback.</summary>
    /// <exception cref="UsageException">It is no IP address.</exception>
    public static IPAddress AddressOf(IConfiguration configuration) =>
        Given(configuration, "Cluster:Address", PodAddress) is not { } text ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new UsageException(
            $"'{text}' is no IP address: Cluster:Address, or {PodAddress}, takes the one by which the other silos reach this one.");

    private static string? Given(IConfiguration configuration, string key, string pod) =>
        configuration[key] is { Length: > 0 } own ? own : configuration[pod] is { Length: > 0 } given ? given : null;
}
