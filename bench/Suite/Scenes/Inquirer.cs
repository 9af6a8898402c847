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
    public Question Fresh() => AboutOne([Box()]);

    /// <summary>One of the tasks, in the proportions of an annotator's day.</summary>
    public Question Mixed() => random.Next(20) switch
    {
        < 9 => AboutOne([Box()]),
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

    private static Question AboutOneOf(IReadOnlyList<Region> regions, string text) => new(Regions: regions, Text: text);

    private Question AboutOne(IReadOnlyList<Region> regions) => AboutOneOf(regions, Pick(OfOne));

    private Question AboutAll() => new(Text: Pick(OfAll), MaxWords: Limit());

    private Question Locate() => new(Task: VisionTask.Locate, Text: $"the {scene.Objects[random.Next(scene.Objects.Count)].Name}", MaxWords: Limit());

    private Question Detect() => new(Task: VisionTask.Detect, MaxWords: Limit());

    private int Limit() => random.Next(ShortestLimit, LongestLimit + 1);

    private string Pick(string[] texts) => texts[random.Next(texts.Length)];

    private Region Box()
    {
        var box = scene.Objects[random.Next(scene.Objects.Count)].Box;
        return Region.OfBox(
            Shift(box[0], 0, scene.Width - 32), Shift(box[1], 0, scene.Height - 32), Shift(box[2], 32, scene.Width), Shift(box[3], 32, scene.Height)) is { Box: { } drawn } region
            && drawn.X1 - drawn.X0 >= 1 && drawn.Y1 - drawn.Y0 >= 1
                ? region
                : Region.OfBox(box[0], box[1], box[2], box[3]);
    }

    // To a quarter pixel, which is as fine as regions are told apart.
    private double Shift(double edge, double least, double most) =>
        Math.Round(Math.Clamp(edge + (Jitter * ((2 * random.NextDouble()) - 1)), least, most) * 4) / 4;
}
