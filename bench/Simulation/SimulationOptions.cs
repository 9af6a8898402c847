using Loupe.Grains.Hosting;

namespace Loupe.Bench.Simulation;

/// <summary>One simulated cluster and what is asked of it. Every default is stated.</summary>
internal sealed record SimulationOptions
{
    public int Seed { get; init; } = 1;

    /// <summary>Silos at the start.</summary>
    public int Silos { get; init; } = 8;

    /// <summary>Images per silo at the start.</summary>
    public int ImagesPerSilo { get; init; } = 250;

    /// <summary>Exponent of the images' popularity; 0 for uniform.</summary>
    public double Zipf { get; init; }

    /// <summary>Offered load as a share of what the silos' busiest stage can do with warm features.</summary>
    public double Load { get; init; } = 0.6;

    /// <summary>Share of questions about regions that nobody asked about before.</summary>
    public double FreshRegions { get; init; } = 0.5;

    /// <summary>Share of questions whose text nobody asked before about their region.</summary>
    public double FreshTexts { get; init; } = 0.5;

    /// <summary>Regions of an image, and texts about a region, that are asked again and again.</summary>
    public int KnownRegions { get; init; } = 6;

    /// <inheritdoc cref="KnownRegions"/>
    public int KnownTexts { get; init; } = 4;

    /// <summary>Whether an image may spread beyond its home when the home is over its bound.</summary>
    public bool Replication { get; init; } = true;

    /// <summary>Whether a silo that drains hands its features to their next homes.</summary>
    public bool HandOff { get; init; } = true;

    /// <summary>Virtual seconds before anything is counted; two windows of the busy meter and a little.</summary>
    public double WarmUp { get; init; } = 12;

    /// <summary>Virtual seconds that are counted.</summary>
    public double Seconds { get; init; } = 12;

    /// <summary>Bytes of features and prefixes that a silo keeps.</summary>
    public long FeatureBytes { get; init; } = 512L << 20;

    /// <summary>The cluster's own settings, with their defaults: bound of placement, load board, retries.</summary>
    public Func<LoupeClusterOptions> Placement { get; init; } = () => new LoupeClusterOptions();

    public ServiceModel Service { get; init; } = new();
}

/// <summary>
/// The accelerator and the network, in milliseconds, as measured on the shipped bundle and between two processes of one
/// machine. Service times are drawn around the mean with <see cref="Variation"/>.
/// </summary>
internal sealed record ServiceModel
{
    public double EncodeMs { get; init; } = 24;

    public double RegionMs { get; init; } = 7;

    /// <summary>Of a decode step without rows; each row adds <see cref="StepRowMs"/>: 0.16 ms for one.</summary>
    public double StepMs { get; init; } = 0.10;

    public double StepRowMs { get; init; } = 0.06;

    /// <summary>Of reading a prompt.</summary>
    public double PrefillMs { get; init; } = 0.4;

    /// <summary>Least and most words of an answer, drawn evenly.</summary>
    public (int Least, int Most) Words { get; init; } = (2, 14);

    public int DecodeSlots { get; init; } = 32;

    public int JoinsPerStep { get; init; } = 4;

    /// <summary>Standard deviation over mean of encode and region.</summary>
    public double Variation { get; init; } = 0.1;

    /// <summary>One call from silo to silo.</summary>
    public double HopMs { get; init; } = 0.06;

    public double BytesPerMs { get; init; } = 500_000;

    public int FeatureBytes { get; init; } = 147_456;

    public int PrefixBytes { get; init; } = 81_920;

    /// <summary>From a silo's death until the others know: the cluster's probes.</summary>
    public double DetectionMs { get; init; } = 4_000;

    /// <summary>The engine's own: queue time at which saturation is 1, and the longest queue, in seconds.</summary>
    public (double Target, double Most) QueueSeconds { get; init; } = (0.25, 5);
}
