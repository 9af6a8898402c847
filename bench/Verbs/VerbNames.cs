namespace Loupe.Bench.Verbs;

/// <summary>The verbs of <c>./loupe bench</c> that start what they measure.</summary>
internal static class VerbNames
{
    public const string Suite = "suite";
    public const string Growth = "growth";
    public const string Simulate = "simulate";
    public const string Chaos = "chaos";
    public const string Hops = "hops";
    public const string Memory = "memory";
    public const string Bundle = "bundle";
    public const string Photographs = "photographs";
    public const string Device = "device";

    /// <summary>Every verb with what it does.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        (Suite, "Loupe against the limit of its graphs and against peers, in one run."),
        (Growth, "What each stage costs as pictures, regions, words and sequences grow."),
        (Simulate, "Up to 64 silos in virtual time, driving the cluster's own placement."),
        (Chaos, "Silos killed and drained under load, and every answer checked."),
        (Hops, "What a grain hop and a transfer of features cost between two processes."),
        (Memory, "What one server holds and allocates: idle, a question, ten minutes of load, ten thousand pictures."),
        (Bundle, "A public model of true size with random weights, to be measured where its own cannot be had."),
        (Photographs, "A bundle of such a model: the first question about a picture, and those that reuse."),
        (Device, "Every graph of a bundle at every shape, and whether a row keeps its bits among others."),
    ];

    public static string What(string name) => All.First(verb => verb.Name == name).What;
}
