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
[GenerateSerializer, Immutable, Alias("loupe.ClusterDescription")]
public sealed record ClusterDescription
{
    /// <summary><c>single</c> or <c>orleans</c>.</summary>
    [Id(0)] public required string Mode { get; init; }

    [Id(2)] public required BundleDescription Bundle { get; init; }

    [Id(3)] public required IReadOnlyList<SiloDescription> Silos { get; init; }

    /// <summary>What the process that was asked serves without for now, a sentence each; absent when all is well.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Degraded { get; init; }
}

/// <summary>One serving process.</summary>
[GenerateSerializer, Immutable, Alias("loupe.SiloDescription")]
public sealed record SiloDescription
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>On its machine; 0 while it joins, as it has said nothing of itself yet.</summary>
    [Id(1)] public required int ProcessId { get; init; }

    /// <summary>Of <c>gateway</c>, <c>encode</c>, <c>decode</c>.</summary>
    [Id(2)] public required IReadOnlyList<string> Roles { get; init; }

    [Id(3)] public required SiloState State { get; init; }

    /// <summary>How long a question admitted now would wait for the device, in seconds.</summary>
    [Id(4)] public required double QueueSeconds { get; init; }

    /// <summary>Queue time over its target: 1 and more is saturated.</summary>
    [Id(5)] public required double Saturation { get; init; }

    [Id(6)] public required long FeatureBytes { get; init; }

    [Id(7)] public required long FeatureBytesAllowed { get; init; }
}

/// <summary>Where a silo is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SiloState>))]
[GenerateSerializer, Alias("loupe.SiloState")]
public enum SiloState
{
    [JsonStringEnumMemberName("joining")] Joining,
    [JsonStringEnumMemberName("warming")] Warming,
    [JsonStringEnumMemberName("active")] Active,
    [JsonStringEnumMemberName("draining")] Draining,
}
