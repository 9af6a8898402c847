namespace Loupe.Command.Evaluation.Metrics;

/// <summary>One mention of a thing of the scene, and how well its word was placed.</summary>
/// <param name="Name">The name as said.</param>
/// <param name="Inside">Whether the word's middle lies in the box of a thing of that name.</param>
/// <param name="Distance">From the word's middle to the nearest such thing's, as a share of the picture's diagonal.</param>
internal readonly record struct Mention(string Name, bool Inside, double Distance);

/// <summary>
/// Pointing accuracy of narrated words: of the words that name a thing of the scene, the share placed in it and the
/// mean distance to its middle. After the pointing game (Zhang et al., "Top-down Neural Attention by Excitation
/// Backprop", ECCV 2016) and the word localization of Xu et al., "PixelLLM", CVPR 2024. Units: share and share of the
/// diagonal, both 0 to 1.
/// </summary>
internal static class Pointing
{
    /// <summary>
    /// A name of several words is placed where its last word is; longer names go first, so that "hot dog" is no dog.
    /// Regular plurals in -s and -es name the thing too.
    /// </summary>
    public static IReadOnlyList<Mention> Mentions(
        IReadOnlyList<Word> words, IReadOnlyList<(string Name, Box Box)> things, double width, double height)
    {
        var said = words.Select(word => Wording.Normalize(word.Text).Trim(',', ';', ':')).ToArray();
        var used = new bool[said.Length];
        var diagonal = Math.Sqrt((width * width) + (height * height));
        var mentions = new List<Mention>();
        foreach (var name in things.Select(t => t.Name).Distinct().OrderByDescending(n => Wording.Words(n).Length))
        {
            var boxes = things.Where(t => t.Name == name).Select(t => t.Box).ToList();
            foreach (var end in Ends(said, used, Wording.Words(name)))
            {
                if (words[end].Point is not { } at)
                {
                    continue;
                }

                mentions.Add(new(
                    name,
                    boxes.Any(b => at.X >= b.X0 && at.X < b.X1 && at.Y >= b.Y0 && at.Y < b.Y1),
                    boxes.Min(b => Math.Sqrt(Square(at.X - b.Center.X) + Square(at.Y - b.Center.Y))) / diagonal));
            }
        }

        return mentions;
    }

    private static IEnumerable<int> Ends(string[] said, bool[] used, string[] name)
    {
        foreach (var form in (string[][])[name, [.. name[..^1], name[^1] + "s"], [.. name[..^1], name[^1] + "es"]])
        {
            for (var at = Wording.IndexOf(said, form); at >= 0; at = Wording.IndexOf(said, form, at + 1))
            {
                if (used.AsSpan(at, form.Length).Contains(true))
                {
                    continue;
                }

                used.AsSpan(at, form.Length).Fill(true);
                yield return at + form.Length - 1;
            }
        }
    }

    private static double Square(double x) => x * x;
}
