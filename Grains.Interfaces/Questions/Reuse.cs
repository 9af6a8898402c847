using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>What each stage of an answer found already computed.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Reuse")]
public sealed record Reuse
{
    [Id(0)] public FeatureReuse Features { get; init; } = FeatureReuse.Miss;

    [Id(1)] public MemoReuse Prefix { get; init; } = MemoReuse.Miss;

    [Id(2)] public MemoReuse Answer { get; init; } = MemoReuse.Miss;
}

/// <summary>Where an image's features came from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureReuse>))]
[GenerateSerializer, Alias("loupe.FeatureReuse")]
public enum FeatureReuse
{
    /// <summary>They were in this machine's memory.</summary>
    [JsonStringEnumMemberName("hit")] Hit,

    /// <summary>They were pulled from another silo.</summary>
    [JsonStringEnumMemberName("replica")] Replica,

    /// <summary>They were read from disk or Redis.</summary>
    [JsonStringEnumMemberName("tier")] Tier,

    /// <summary>The image was encoded.</summary>
    [JsonStringEnumMemberName("miss")] Miss,
}

/// <summary>Whether a memoized value was there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemoReuse>))]
[GenerateSerializer, Alias("loupe.MemoReuse")]
public enum MemoReuse
{
    [JsonStringEnumMemberName("hit")] Hit,
    [JsonStringEnumMemberName("miss")] Miss,
}

/// <summary>Where the time of an answer went, in milliseconds; 0 for a stage that was reused.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Timing")]
public sealed record Timing
{
    /// <summary>Waiting for the device, over all stages.</summary>
    [Id(0)] public double QueueMs { get; init; }

    [Id(1)] public double EncodeMs { get; init; }

    [Id(2)] public double RegionMs { get; init; }

    [Id(3)] public double DecodeMs { get; init; }

    /// <summary>From admission to the last word.</summary>
    [Id(4)] public double TotalMs { get; init; }
}
