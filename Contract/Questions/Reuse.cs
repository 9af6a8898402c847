using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>What each stage of an answer found already computed.</summary>
public sealed record Reuse
{
    public FeatureReuse Features { get; init; } = FeatureReuse.Miss;

    public MemoReuse Prefix { get; init; } = MemoReuse.Miss;

    public MemoReuse Answer { get; init; } = MemoReuse.Miss;
}

/// <summary>Where an image's features came from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureReuse>))]
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
public enum MemoReuse
{
    [JsonStringEnumMemberName("hit")] Hit,
    [JsonStringEnumMemberName("miss")] Miss,
}

/// <summary>Where the time of an answer went, in milliseconds; 0 for a stage that was reused.</summary>
public sealed record Timing
{
    /// <summary>Waiting for the device, over all stages.</summary>
    public double QueueMs { get; init; }

    public double EncodeMs { get; init; }

    public double RegionMs { get; init; }

    public double DecodeMs { get; init; }

    /// <summary>From admission to the last word.</summary>
    public double TotalMs { get; init; }
}
