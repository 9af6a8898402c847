namespace Loupe.Bench.Suite.Targets;

/// <summary>Who is measured.</summary>
internal static class TargetNames
{
    public const string Limit = "limit";
    public const string Engine = "engine";
    public const string None = "none";
    public const string Image = "image";
    public const string Answer = "answer";
    public const string OneSilo = "cluster-1";
    public const string TwoSilos = "cluster-2";
    public const string Node = "node";

    /// <summary>All, in the order of the tables, with what each is.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        (Limit, "the same work by the stages of the model alone, all of it known beforehand, without queue, grain or server"),
        (Engine, "the same through the grains of this process, without HTTP"),
        (OneSilo, "one server, which is a cluster of one silo, over HTTP"),
        (TwoSilos, "a cluster of two silos over HTTP"),
        (None, "peer: the same server with all reuse off, as a stateless model server"),
        (Image, "peer: the same server with reuse of whole-image features alone"),
        (Answer, "peer: the same server with a memo of whole answers alone"),
        (Node, "peer: onnxruntime-node with an in-memory cache of features (bench/peers/node)"),
    ];

    public static string What(string name) => All.First(target => target.Name == name).What;
}
