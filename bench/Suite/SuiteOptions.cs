using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite;

/// <summary>What the suite measures. Every default is stated.</summary>
internal sealed record SuiteOptions
{
    /// <summary>Directory of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>How much work.</summary>
    public SuiteSizes Sizes { get; init; } = SuiteSizes.Full;

    /// <summary>Which workloads. Default: all.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [.. WorkloadNames.All.Select(workload => workload.Name)];

    /// <summary>Which targets. Default: all that this machine can run.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [.. TargetNames.All.Select(target => target.Name)];

    /// <summary>Draws questions, pictures and arrivals. Default: 1.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>How much work each workload is; all of it is done anew in every round.</summary>
internal sealed record SuiteSizes
{
    /// <summary>Under twenty minutes on two processors.</summary>
    public static SuiteSizes Full { get; } = new();

    /// <summary>Under three minutes on two processors; its figures are a look, no result.</summary>
    public static SuiteSizes Quick { get; } = new()
    {
        IsQuick = true,
        Rounds = 2,
        OpenLoopRounds = 1,
        MixedImages = 6,
        MixedQuestions = 48,
        LatencyPairs = 8,
        OneOffImages = 24,
        ReuseImages = 1,
        Reuse80Questions = 40,
        ZipfImages = 200,
        ZipfQuestions = 48,
        StreamQuestions = 16,
        UploadImages = 40,
        OpenLoopSeconds = 2,
    };

    /// <summary>Whether the search for the limit is short too.</summary>
    public bool IsQuick { get; init; }

    public int Rounds { get; init; } = 5;

    /// <summary>Of <see cref="WorkloadNames.OpenLoop"/>, whose four rates take long.</summary>
    public int OpenLoopRounds { get; init; } = 3;

    /// <summary>Clients of the closed loops.</summary>
    public int Clients { get; init; } = 16;

    public int MixedImages { get; init; } = 16;

    public int MixedQuestions { get; init; } = 480;

    public int LatencyPairs { get; init; } = 30;

    public int OneOffImages { get; init; } = 80;

    /// <summary>Images of <see cref="WorkloadNames.Reuse32"/> and <see cref="WorkloadNames.Regions"/>.</summary>
    public int ReuseImages { get; init; } = 4;

    public int Reuse80Questions { get; init; } = 160;

    public int ZipfImages { get; init; } = 1000;

    public double ZipfExponent { get; init; } = 1.0;

    public int ZipfQuestions { get; init; } = 240;

    public int StreamQuestions { get; init; } = 64;

    public int UploadImages { get; init; } = 200;

    public double OpenLoopSeconds { get; init; } = 6;

    /// <summary>Of the capacity measured.</summary>
    public IReadOnlyList<int> OpenLoopPercents { get; init; } = [50, 80, 100, 200];

    /// <summary>Within which an answer under open loop is worth something.</summary>
    public int OpenLoopDeadlineMs { get; init; } = 1000;
}
