namespace Loupe.Grains.Load;

/// <summary>What a silo tells the others of itself, a few times a second.</summary>
[GenerateSerializer, Immutable, Alias("loupe.SiloLoad")]
internal sealed record SiloLoad
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required int ProcessId { get; init; }

    [Id(2)] public required string[] Roles { get; init; }

    [Id(3)] public required SiloState State { get; init; }

    /// <summary>Digest of the bundle it serves.</summary>
    [Id(4)] public required string Bundle { get; init; }

    /// <summary>Its weight in placement, more than 0.</summary>
    [Id(5)] public required double Capacity { get; init; }

    /// <summary>How long a question admitted now would wait for the device.</summary>
    [Id(6)] public required double QueueSeconds { get; init; }

    /// <summary>Queue time over its target.</summary>
    [Id(7)] public required double Saturation { get; init; }

    [Id(8)] public required long FeatureBytes { get; init; }

    [Id(9)] public required long FeatureBytesAllowed { get; init; }

    /// <summary>Counts up from the silo's start, so that news which overtake each other are told apart.</summary>
    [Id(10)] public required long Sequence { get; init; }

    /// <summary>Share of the last seconds in which its device worked, 0 to 1.</summary>
    [Id(11)] public double Busy { get; init; }

    /// <summary>Whether grains of a role and bundle may be placed there; null for any bundle.</summary>
    public bool Serves(string role, string? bundle) =>
        State == SiloState.Active && (bundle is null || Bundle == bundle) && Array.IndexOf(Roles, role) >= 0;
}
