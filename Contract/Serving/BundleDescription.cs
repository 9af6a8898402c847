namespace Loupe;

/// <summary>What a bundle is and offers.</summary>
public sealed record BundleDescription
{
    public required string Name { get; init; }

    /// <summary>SHA-256 over the manifest and all its files, 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    public string? Description { get; init; }

    public required IReadOnlyList<VisionTask> Tasks { get; init; }

    /// <summary>Regions a question may have.</summary>
    public required int MaxRegions { get; init; }

    /// <summary>Words an answer may have.</summary>
    public required int MaxWords { get; init; }

    /// <summary>What it runs on: <c>cpu</c>, <c>cuda:n</c> or <c>simulated:…</c>.</summary>
    public string? Device { get; init; }
}
