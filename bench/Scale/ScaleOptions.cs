namespace Loupe.Bench.Scale;

/// <summary>How scaling is measured. Every default is stated.</summary>
internal sealed record ScaleOptions
{
    /// <summary>Sizes of the clusters.</summary>
    public IReadOnlyList<int> Silos { get; init; } = [1, 2, 3];

    /// <summary>Slow enough that the device decides, and not the two processors that serve it.</summary>
    public string Device { get; init; } = "simulated:encode=100ms,region=10ms,step=4ms";

    /// <summary>Clients for each silo, each one question after the other.</summary>
    public int ClientsPerSilo { get; init; } = 24;

    /// <summary>Questions about each picture; the first of them encodes it.</summary>
    public int QuestionsPerPicture { get; init; } = 2;

    /// <summary>Of one measurement.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Before each measurement, uncounted.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Every size is measured so often, in turn.</summary>
    public int Rounds { get; init; } = 3;

    public int Seed { get; init; } = 1;
}
