using System.ComponentModel.DataAnnotations;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Stages;

namespace Loupe.Engine.Hosting;

/// <summary>One machine's engine. Section <c>Loupe</c> of the configuration.</summary>
public sealed class EngineOptions
{
    public const string Section = "Loupe";

    /// <summary>Directory of the bundle. Default: <c>models/scenes-mini</c>.</summary>
    [Required]
    public string Bundle { get; set; } = "models/scenes-mini";

    /// <summary>Directory for images and the feature tier; created. Default: <c>loupe-data</c>.</summary>
    [Required]
    public string Data { get; set; } = "loupe-data";

    /// <summary>
    /// Directory for images, where it is another; silos of one cluster share it. Default: <c>images</c> in <see
    /// cref="Data"/>.
    /// </summary>
    public string? Images { get; set; }

    /// <summary>Name of this process in <c>/v1/cluster</c>. Default: the machine's name.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Which stages remember their values; anything but <c>Full</c> is for measuring. Default: <c>Full</c>.</summary>
    public ReuseMode Reuse { get; set; } = ReuseMode.Full;

    /// <summary>What the model runs on.</summary>
    public DeviceOptions Device { get; set; } = new();

    /// <summary>
    /// Whether <see cref="Device"/> may be a simulated one, whose answers mean nothing; for measuring. Default: false.
    /// </summary>
    public bool AllowSimulatedDevice { get; set; }

    public LimitOptions Limits { get; set; } = new();

    public FeatureOptions Features { get; set; } = new();

    public AnswerOptions Answers { get; set; } = new();

    public QueueOptions Queue { get; set; } = new();

    public RecoveryOptions Recovery { get; set; } = new();
}

/// <summary>What is accepted from outside.</summary>
public sealed class LimitOptions
{
    /// <summary>Bytes of an uploaded file. Default: 20 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxImageBytes { get; set; } = ImageLimits.DefaultMaxBytes;

    /// <summary>Pixels of an uploaded picture, by its header. Default: 50 million.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPixels { get; set; } = 50_000_000;

    /// <summary>Characters of a question. Default: 2 000.</summary>
    [Range(1, 1_000_000)]
    public int MaxTextLength { get; set; } = 2_000;

    /// <summary>Pictures decoded and resized at the same time. Default: one per processor.</summary>
    [Range(1, 1024)]
    public int Preparers { get; set; } = Environment.ProcessorCount;
}

/// <summary>How much is kept of features and prefixes.</summary>
public sealed class FeatureOptions
{
    /// <summary>Bytes of memory. Default: 512 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long Bytes { get; set; } = 512L << 20;

    /// <summary>Bytes of disk for features that memory has lost; 0 for no tier. Default: 2 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long TierBytes { get; set; } = 2L << 30;
}

/// <summary>How much is kept of answers.</summary>
public sealed class AnswerOptions
{
    /// <summary>Bytes of memory for finished answers and their grains. Default: 64 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long Bytes { get; set; } = 64L << 20;
}

/// <summary>How long queues may grow, and what counts as saturated.</summary>
public sealed class QueueOptions
{
    /// <summary>Longest wait at admission, in seconds; questions beyond it are refused with 429. Default: 5.</summary>
    [Range(0.001, 3600)]
    public double MaxSeconds { get; set; } = 5;

    /// <summary>Queue time at which <c>loupe_saturation</c> is 1, in seconds. Default: 0.25.</summary>
    [Range(0.001, 3600)]
    public double TargetSeconds { get; set; } = 0.25;

    /// <summary>Sequences that may join the decoder between two steps while others are running. Default: 4.</summary>
    [Range(1, 1024)]
    public int JoinsPerStep { get; set; } = 4;

    /// <summary>
    /// Milliseconds for which a decode step of few rows lets waiting regions have the processors first, where both run on
    /// the CPU; 0 for never. Words come at most that much later under load, and more of them a second. Default: 12.
    /// </summary>
    [Range(0, 1000)]
    public int StepHoldMilliseconds { get; set; } = 12;
}

/// <summary>How a device that failed is started again.</summary>
public sealed class RecoveryOptions
{
    /// <summary>Seconds after the first try in vain; each further pause is twice as long. Default: 0.5.</summary>
    [Range(0.01, 600)]
    public double FirstSeconds { get; set; } = 0.5;

    /// <summary>The longest pause, in seconds. Default: 30.</summary>
    [Range(0.01, 3600)]
    public double LongestSeconds { get; set; } = 30;
}
