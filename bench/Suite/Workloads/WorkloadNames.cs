namespace Loupe.Bench.Suite.Workloads;

/// <summary>What is measured.</summary>
internal static class WorkloadNames
{
    public const string Mixed = "mixed";
    public const string Latency = "latency";
    public const string OneOff = "one-off";
    public const string Reuse32 = "reuse32";
    public const string Regions = "regions8x4";
    public const string Reuse80 = "reuse80";
    public const string Zipf = "zipf";
    public const string Stream = "stream";
    public const string Upload = "upload";
    public const string OpenLoop = "open-loop";

    /// <summary>All, in the order they are measured, with what each is.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        (Mixed, "warm images, all tasks, every place new"),
        (Latency, "one client; a first question about a stored image, then a second about the same region"),
        (OneOff, "an upload and one question about it"),
        (Reuse32, "32 questions about one image: the whole and three places, eight questions each"),
        (Regions, "8 regions of one image, 4 questions about each"),
        (Reuse80, "streamed questions, each about a new place; 80 % of them about an image seen before"),
        (Zipf, "images drawn by Zipf's law, every place new"),
        (Stream, "streamed narrations of warm images"),
        (Upload, "uploads alone"),
        (OpenLoop, "the mixed questions, arriving at 50, 80, 100 and 200 % of the capacity measured"),
    ];

    public static string What(string name) => All.First(workload => workload.Name == name).What;
}
