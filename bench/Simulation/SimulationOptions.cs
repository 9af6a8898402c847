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

    /// <summary>The cluster's own settings, with their defaults: bound of placement, load board, retries.</summary>
    public Func<LoupeClusterOptions> Placement { get; init; } = () => new LoupeClusterOptions();

    /// <summary>
    /// Of one picture, in milliseconds; drawn around it with <see cref="Variation"/>, as for a region. Times are those of the
    /// shipped bundle.
    /// </summary>
    public double EncodeMs { get; init; } = 24;

    public double RegionMs { get; init; } = 7;

    /// <summary>Of reading a question; each word of the answer adds <see cref="WordMs"/>, its share of full steps.</summary>
    public double PromptMs { get; init; } = 0.4;

    public double WordMs { get; init; } = 0.063;

    /// <summary>Least and most words of an answer, drawn evenly.</summary>
    public (int Least, int Most) Words { get; init; } = (2, 14);

    /// <summary>Largest deviation from the mean, as a share of it.</summary>
    public double Variation { get; init; } = 0.2;

    /// <summary>One call from silo to silo.</summary>
    public double HopMs { get; init; } = 0.06;

    public double BytesPerMs { get; init; } = 500_000;

    public int FeatureBytes { get; init; } = 147_456;

    /// <summary>From a silo's death until the others know: the cluster's probes.</summary>
    public double DetectionMs { get; init; } = 4_000;

    /// <summary>The engine's own: queue time at which saturation is 1, and the longest queue, in seconds.</summary>
    public (double Target, double Most) QueueSeconds { get; init; } = (0.25, 5);

    /// <summary>Questions a second that a silo's busiest stage can do when every image's features are there.</summary>
    public double CapacityOfSilo => 1000 / Math.Max(FreshRegions * RegionMs, PromptMs + ((Words.Least + Words.Most) / 2.0 * WordMs));
}
