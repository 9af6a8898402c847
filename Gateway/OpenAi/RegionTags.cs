using System.Globalization;
using System.Text.RegularExpressions;

namespace Loupe.Gateway.OpenAi;

/// <summary>
/// Regions in a text, as <c>&lt;box&gt;x0,y0,x1,y1&lt;/box&gt;</c> and <c>&lt;point&gt;x,y&lt;/point&gt;</c>, in pixels of
/// the original image. A question has them; an answer that found something writes them the same way.
/// </summary>
internal static partial class RegionTags
{
    /// <summary>Takes the tags out of a text: the k-th becomes <c>[k]</c>.</summary>
    /// <exception cref="FormatException">A tag has not the numbers it needs, or does not end; the message says so.</exception>
    public static (string Text, IReadOnlyList<Region> Regions) Read(string text)
    {
        var regions = new List<Region>();
        var read = Tag().Replace(text, tag =>
        {
            regions.Add(tag.Groups["name"].ValueSpan is "box"
                ? Box(Numbers(tag, 4))
                : Point(Numbers(tag, 2)));
            return $"[{(regions.Count - 1).ToString(CultureInfo.InvariantCulture)}]";
        });
        return Loose().Match(read) is { Success: true } loose
            ? throw new FormatException(
                $"has a {loose.Value} without its other half; a region is <box>x0,y0,x1,y1</box> or <point>x,y</point>.")
            : (read, regions);
    }

    /// <summary>The box as a tag, to a tenth of a pixel.</summary>
    public static string Write(Box box) =>
        string.Create(CultureInfo.InvariantCulture, $"<box>{box.X0:0.#},{box.Y0:0.#},{box.X1:0.#},{box.Y1:0.#}</box>");

    /// <summary>Whether a text says nothing beside naming regions.</summary>
    public static bool OnlyNames(string text) => string.IsNullOrWhiteSpace(Reference().Replace(text, ""));

    /// <summary>Whether a text names a region.</summary>
    public static bool Names(string text) => Reference().IsMatch(text);

    private static Region Box(double[] at) => Region.OfBox(at[0], at[1], at[2], at[3]);

    private static Region Point(double[] at) => Region.OfPoint(at[0], at[1]);

    private static double[] Numbers(Match tag, int count)
    {
        var parts = tag.Groups["numbers"].Value.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            if (parts.Length != count
                || !double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !double.IsFinite(numbers[i]))
            {
                throw new FormatException(
                    $"has {Shortened(tag.Value)}; a region is <box>x0,y0,x1,y1</box> or <point>x,y</point>, in pixels.");
            }
        }

        return numbers;
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : $"{text[..60]}…";

    [GeneratedRegex(@"<(?<name>box|point)>(?<numbers>[^<>]*)</\k<name>>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"</?(?:box|point)>", RegexOptions.CultureInvariant)]
    private static partial Regex Loose();

    [GeneratedRegex(@"\[\d{1,9}\]", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
