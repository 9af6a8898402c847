using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Loupe.Engine.Families.Florence.Text;

/// <summary>Something that a text says is somewhere.</summary>
/// <param name="Phrase">What; empty where the text does not say.</param>
/// <param name="Outlines">Where, each x, y, x, y … in pixels of the original image: two corners of a box, or all of an outline.</param>
/// <param name="Start">Where in the text it begins.</param>
/// <param name="End">Where in the text it ends.</param>
internal sealed record Placed(string Phrase, IReadOnlyList<double[]> Outlines, int Start, int End);

/// <summary>
/// Finds places in what the model says, in the ways that transformers' processor does; but they keep their fractions, and
/// phrases their letters beyond ASCII.
/// </summary>
internal static partial class PlaceParser
{
    private static readonly FrozenSet<string> StandForNothing = (
        "it I me mine you your yours he him his she her hers they them their theirs one oneself we us our ours its myself yourself "
        + "himself herself itself ourselves yourselves themselves this that these those who whom whose which what all another any "
        + "anybody anyone anything each everybody everyone everything few many nobody none several some somebody someone something "
        + "image images the a an lots").Split(' ')
        .Concat(["each other", "one another", "the image", "a group", "other objects", "a set"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All that a text says is somewhere, in its order.</summary>
    /// <param name="kind">Of the text.</param>
    /// <param name="text">Without begin and end.</param>
    /// <param name="size">Of the original image.</param>
    public static IReadOnlyList<Placed> Parse(AnswerKind kind, string text, ImageSize size) => kind switch
    {
        AnswerKind.Quads => [.. Quads(text, size)],
        AnswerKind.Boxes => [.. Boxes(PhraseAndPlaces(), text, size, isEach: true)],
        AnswerKind.Proposals => [.. Boxes(FourPlaces(), text, size, isEach: true)],
        AnswerKind.Grounding =>
            [.. Boxes(PhraseAndPlaces(), text, size, isEach: false).Where(placed => !StandForNothing.Contains(placed.Phrase))],
        AnswerKind.Polygons => [.. Polygons(Outlined(), text, size)],
        AnswerKind.BoxesOrPolygons when text.Contains("<poly>", StringComparison.Ordinal) => [.. Polygons(PhraseAndOutlines(), text, size)],
        AnswerKind.BoxesOrPolygons => Parse(AnswerKind.Boxes, text, size),
        _ => [],
    };

    private static IEnumerable<Placed> Quads(string text, ImageSize size) => Quad().Matches(text).Select(match =>
        new Placed(match.Groups[1].Value.Trim(), [Numbers(match.Groups[2].Value, size)], match.Index, match.Index + match.Length));

    private static IEnumerable<Placed> Boxes(Regex pattern, string text, ImageSize size, bool isEach)
    {
        foreach (Match found in pattern.Matches(text))
        {
            if (PhraseBefore().Match(found.Value) is not { Success: true } before)
            {
                continue;
            }

            var phrase = before.Value.Trim();
            var boxes = Four().Matches(found.Value);
            if (isEach)
            {
                foreach (Match box in boxes)
                {
                    yield return new Placed(
                        phrase, [Numbers(box.Value, size)], found.Index + box.Index, found.Index + box.Index + box.Length);
                }
            }
            else
            {
                yield return new Placed(
                    phrase, [.. boxes.Select(box => Numbers(box.Value, size))], found.Index, found.Index + found.Length);
            }
        }
    }

    private static IEnumerable<Placed> Polygons(Regex pattern, string text, ImageSize size)
    {
        foreach (Match found in pattern.Matches(text))
        {
            if (PhraseBeforeOutline().Match(FirstPlace().Replace(found.Value, "", 1)) is not { Success: true } before)
            {
                continue;
            }

            var isWrapped = found.Value.Contains("<poly>", StringComparison.Ordinal)
                && found.Value.Contains("</poly>", StringComparison.Ordinal);
            foreach (var one in isWrapped ? Wrapped().Matches(found.Value).Select(match => match.Groups[1].Value) : [found.Value])
            {
                double[][] outlines = [.. Run().Matches(one).Select(run => Numbers(run.Groups[1].Value, size))];
                if (outlines.Length > 0)
                {
                    yield return new Placed(before.Value.Trim(), outlines, found.Index, found.Index + found.Length);
                }
            }
        }
    }

    // Always in pairs, x before y; one left over at the end says nothing.
    private static double[] Numbers(string places, ImageSize size)
    {
        var found = Place().Matches(places);
        var numbers = new double[found.Count / 2 * 2];
        for (var i = 0; i < numbers.Length; i++)
        {
            var place = int.TryParse(found[i].Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var said)
                ? said
                : 0;
            numbers[i] = (place + 0.5) * ((double)(i % 2 == 0 ? size.Width : size.Height) / FlorenceTokens.Locations);
        }

        return numbers;
    }

    [GeneratedRegex("<loc_([0-9]+)>")]
    private static partial Regex Place();

    [GeneratedRegex("<loc_[0-9]+><loc_[0-9]+><loc_[0-9]+><loc_[0-9]+>")]
    private static partial Regex Four();

    [GeneratedRegex("(.+?)((?:<loc_[0-9]+>){8})")]
    private static partial Regex Quad();

    [GeneratedRegex("[^<]+(?:<loc_[0-9]+>){4,}")]
    private static partial Regex PhraseAndPlaces();

    [GeneratedRegex("(?:<loc_[0-9]+>){4,}")]
    private static partial Regex FourPlaces();

    [GeneratedRegex(@"^\s*(.*?)(?=<od>|</od>|<box>|</box>|<bbox>|</bbox>|<loc_)")]
    private static partial Regex PhraseBefore();

    [GeneratedRegex("[^<]+(?:<loc_[0-9]+>|<sep>|<poly>|</poly>){4,}")]
    private static partial Regex PhraseAndOutlines();

    [GeneratedRegex("(?:<loc_[0-9]+>|<sep>|<poly>|</poly>){4,}")]
    private static partial Regex Outlined();

    [GeneratedRegex(@"^\s*(.*?)(?=<od>|</od>|<box>|</box>|<bbox>|</bbox>|<loc_|<poly>)")]
    private static partial Regex PhraseBeforeOutline();

    [GeneratedRegex("^<loc_[0-9]+>")]
    private static partial Regex FirstPlace();

    [GeneratedRegex("<poly>(.*?)</poly>")]
    private static partial Regex Wrapped();

    [GeneratedRegex("((?:<loc_[0-9]+>)+)(?:<sep>|$)")]
    private static partial Regex Run();
}
