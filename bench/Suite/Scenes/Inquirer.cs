namespace Loupe.Bench.Suite.Scenes;

/// <summary>
/// Draws questions about a scene, each with a place or a length of its own, so that none was asked before and no memo of
/// answers is measured by accident.
/// </summary>
internal sealed class Inquirer(Scene scene, Random random)
{
    private const double Jitter = 6;
    private const int ShortestLimit = 20;
    private const int LongestLimit = 45;

    private static readonly string[] OfOne =
    [
        "what is [0]?", "what is [0] used for?", "what can [0] do?", "where would you find [0]?", "is [0] alive?",
        "is [0] dangerous?", "can you eat [0]?", "what might happen next to [0]?", "what is [0] for?",
    ];

    private static readonly string[] OfTwo =
    [
        "what are [0] and [1]?", "where is [0] compared to [1]?", "are [0] and [1] the same kind of thing?",
        "which one is bigger in the picture, [0] or [1]?",
    ];

    private static readonly string[] OfAll =
        ["where is this?", "what is the setting?", "how many animals are there?", "which one is alive?", "how many things are there?"];

    /// <summary>About a thing, in a box that nobody drew before.</summary>
    public Question Fresh() => AboutOne();

    /// <summary>One of the tasks, in the proportions of an annotator's day.</summary>
    public Question Mixed() => random.Next(20) switch
    {
        < 9 => AboutOne(),
        < 12 => new Question(Regions: [Box(), Box()], Text: Pick(OfTwo)),
        < 14 => AboutAll(),
        < 16 => Caption(),
        < 18 => Locate(),
        < 19 => new Question(Task: VisionTask.Segment, Regions: [Box()]),
        _ => random.Next(2) == 0 ? Detect() : Narrate(),
    };

    /// <summary>So many regions that a person would point at: things, then any.</summary>
    public IReadOnlyList<Region> Regions(int count) => [.. Enumerable.Range(0, count).Select(_ => Box())];

    /// <summary>The i-th question about a region, all different.</summary>
    public static Question About(Region region, int i) =>
        new(Regions: [region], Text: OfOne[i % OfOne.Length], MaxWords: LongestLimit - (i / OfOne.Length));

    /// <summary>The i-th question about the whole picture, all different.</summary>
    public static Question AboutWhole(int i) => new(Text: OfAll[i % OfAll.Length], MaxWords: LongestLimit - (i / OfAll.Length));

    /// <summary>A description of everything: the longest text that there is.</summary>
    public Question Narrate() => new(Task: VisionTask.Narrate, MaxWords: Limit());

    /// <summary>A description of one thing.</summary>
    public Question Caption() => new(Task: VisionTask.Caption, Regions: [Box()]);

    private Question AboutOne() => new(Regions: [Box()], Text: Pick(OfOne));

    private Question AboutAll() => new(Text: Pick(OfAll), MaxWords: Limit());

    private Question Locate() => new(
        Task: VisionTask.Locate, Text: $"the {scene.Objects[random.Next(scene.Objects.Count)].Name}", MaxWords: Limit());

    private Question Detect() => new(Task: VisionTask.Detect, MaxWords: Limit());

    private int Limit() => random.Next(ShortestLimit, LongestLimit + 1);

    private string Pick(string[] texts) => texts[random.Next(texts.Length)];

    private Region Box()
    {
        var box = scene.Objects[random.Next(scene.Objects.Count)].Box;
        var (x0, y0) = (Shift(box[0], scene.Width), Shift(box[1], scene.Height));
        var (x1, y1) = (Shift(box[2], scene.Width), Shift(box[3], scene.Height));
        return Region.OfBox(x0, y0, Math.Max(x1, x0 + 1), Math.Max(y1, y0 + 1));
    }

    // To a quarter pixel, which is as fine as regions are told apart.
    private double Shift(double edge, double most) =>
        Math.Round(Math.Clamp(edge + (Jitter * ((2 * random.NextDouble()) - 1)), 0, most) * 4) / 4;
}
