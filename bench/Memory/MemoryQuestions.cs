using System.Globalization;

namespace Loupe.Bench.Memory;

/// <summary>What is asked about the pictures of <see cref="Chaos.Pictures"/>.</summary>
internal static class MemoryQuestions
{
    // Words that the shipped bundle knows, so that no two texts mean the same to it.
    private static readonly string[] Words =
    [
        "apple", "bag", "ball", "banana", "bear", "bed", "bee", "bell", "bicycle", "bird", "boat", "bone", "book", "boot", "bread", "bus",
        "cake", "camel", "camera", "candle", "car", "carrot", "castle", "cat", "cheese", "clock", "cloud", "cookie", "cow", "crab", "crown",
        "dog",
    ];

    /// <summary>Texts that differ for numbers up to 1024 at least.</summary>
    public static string Text(int number) => string.Create(
        CultureInfo.InvariantCulture, $"is the {Words[number % Words.Length]} next to the {Words[number / Words.Length % Words.Length]}?");

    /// <summary>A box that differs for every number up to several thousands.</summary>
    public static Region Box(int number) => Region.OfBox(number % 61, number / 61 % 53, 90 + (number % 7), 70 + (number / 3233 % 11));

    /// <summary>
    /// Questions of a load: half on eight regions that all share, a quarter with texts and a quarter with regions of their
    /// own.
    /// </summary>
    public static Question Any(Random random) => random.Next(8) switch
    {
        0 or 1 => new Question(Text: "what is [0]?", Regions: [Box(random.Next(8))]),
        2 => new Question(Task: VisionTask.Caption, Regions: [Box(random.Next(8))]),
        3 => new Question(Task: VisionTask.Narrate),
        4 => new Question(Text: Text(random.Next(Words.Length * Words.Length)), Regions: [Box(random.Next(8))]),
        5 => new Question(Task: VisionTask.Locate, Text: $"the {Words[random.Next(Words.Length)]}"),
        _ => new Question(Task: VisionTask.Caption, Regions: [Box(random.Next(20_000))]),
    };
}
