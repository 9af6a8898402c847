using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>The state of the serving processes, as <c>GET /v1/cluster</c> shows it.</summary>
public interface IClusterView
{
    /// <summary>The newest known state; never waits for another process.</summary>
    ClusterDescription Describe();

    /// <summary>Why this process should get no new questions now, or null when it is ready.</summary>
    string? NotReadyBecause { get; }

    /// <summary>What this process serves without for now, a sentence each; it is ready all the same.</summary>
    IReadOnlyList<string> Degraded => [];
}

/// <summary>Mode, bundle and silos.</summary>
public sealed record ClusterDescription
{
    /// <summary>Always <c>orleans</c>.</summary>
    public required string Mode { get; init; }

    public required BundleDescription Bundle { get; init; }

    public required IReadOnlyList<SiloDescription> Silos { get; init; }

    /// <summary>What the process that was asked serves without for now, a sentence each; absent when all is well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Degraded { get; init; }
}

/// <summary>One serving process.</summary>
public sealed record SiloDescription
{
    public required string Name { get; init; }

    /// <summary>On its machine; 0 while it joins, as it has said nothing of itself yet.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Of <c>gateway</c>, <c>encode</c>, <c>decode</c>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public required SiloState State { get; init; }

    /// <summary>How long a question admitted now would wait for the device, in seconds.</summary>
    public required double QueueSeconds { get; init; }

    /// <summary>Queue time over its target: 1 and more is saturated.</summary>
    public required double Saturation { get; init; }

    public required long FeatureBytes { get; init; }

    public required long FeatureBytesAllowed { get; init; }
}

/// <summary>Where a silo is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SiloState>))]
public enum SiloState
{
    [JsonStringEnumMemberName("joining")] Joining,
    [JsonStringEnumMemberName("warming")] Warming,
    [JsonStringEnumMemberName("active")] Active,
    [JsonStringEnumMemberName("draining")] Draining,
}
