namespace Loupe;

/// <summary>What a bundle is and offers.</summary>
[GenerateSerializer, Immutable, Alias("loupe.BundleDescription")]
public sealed record BundleDescription
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>SHA-256 over the manifest and all its files, 64 hexadecimal digits.</summary>
    [Id(1)] public required string Digest { get; init; }

    [Id(2)] public string? Description { get; init; }

    [Id(3)] public required IReadOnlyList<VisionTask> Tasks { get; init; }

    /// <summary>Regions a question may have.</summary>
    [Id(4)] public required int MaxRegions { get; init; }

    /// <summary>Words an answer may have.</summary>
    [Id(5)] public required int MaxWords { get; init; }

    /// <summary>What it runs on: <c>cpu</c>, <c>cuda:n</c> or <c>simulated:…</c>.</summary>
    [Id(6)] public string? Device { get; init; }
}
