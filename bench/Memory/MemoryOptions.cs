namespace Loupe.Bench.Memory;

/// <summary>How memory is measured. Every default is stated.</summary>
internal sealed record MemoryOptions
{
    /// <summary>What the server runs on; a simulated device keeps no features, so resident memory says nothing there.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Left alone after it is ready, before idle memory is read.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Questions of each kind, of which all but the first 200 are counted; there are texts for 1 024.</summary>
    public int Questions { get; init; } = 1000;

    /// <summary>Pictures of the Zipf load.</summary>
    public int Pictures { get; init; } = 1000;

    /// <summary>The k-th most popular picture is asked about with weight 1 / k^exponent.</summary>
    public double Exponent { get; init; } = 1.0;

    /// <summary>Clients of the Zipf load, each one question after the other.</summary>
    public int Clients { get; init; } = 16;

    /// <summary>Zipf load before growth counts, for caches to fill.</summary>
    public TimeSpan Filling { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Zipf load in which growth counts.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two readings.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory for features under the Zipf load: 256 MiB, so that it is full within the filling.</summary>
    public long ZipfBytes { get; init; } = 256L << 20;

    /// <summary>Memory for answers under the Zipf load: 8 MiB, for the same reason.</summary>
    public long ZipfAnswerBytes { get; init; } = 8L << 20;

    /// <summary>Pictures asked about once each, while memory for features has its default.</summary>
    public int BudgetPictures { get; init; } = 10_000;

    /// <summary>Memory for features then: 512 MiB, the default.</summary>
    public long BudgetBytes { get; init; } = 512L << 20;

    public int Seed { get; init; } = 1;
}
