using System.Globalization;
using System.Text;

namespace Loupe.Command.Drawing;

/// <summary>An answer as an SVG drawing over its picture: what was asked about, what was found, and the place of every word.</summary>
internal static class AnswerDrawing
{
    private static readonly string[] Colours = ["#e2554b", "#3f7fd6", "#2f9e63", "#b265d6", "#d6902b", "#1fa3a3", "#d64f92", "#7a7f2c"];

    private const string Found = "#2f9e63";
    private const string Place = "#3f7fd6";

    // Words that name nothing have a place too, but drawn they would only cover the others.
    private static readonly HashSet<string> Unseen =
        ["a", "an", "the", "and", "or", "of", "in", "on", "at", "with", "it", "is", "are", "for", "to", "from", "there", ",", ".", "yes", "no"];

    /// <param name="width">Of the picture, pixels.</param>
    /// <param name="height">Of the picture, pixels.</param>
    /// <param name="asked">The question's regions.</param>
    /// <param name="answer">What came back.</param>
    public static string Svg(int width, int height, IReadOnlyList<Region> asked, Answer answer)
    {
        // Lines and letters keep their size relative to the picture.
        var unit = Math.Max(width, height) / 400.0;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">""");
        if (asked.Count == 0)
        {
            DrawWords(svg, answer, unit, width);
        }

        for (var k = 0; k < asked.Count; k++)
        {
            DrawAsked(svg, asked[k], k, unit, width);
        }

        foreach (var region in answer.Regions)
        {
            Rectangle(svg, region.Box, Found, unit * 1.5, dashed: false);
            var score = region.Score.ToString("0.00", CultureInfo.InvariantCulture);
            Label(svg, region.Text is { } text ? $"{text} {score}" : score, region.Box.X0, region.Box.Y0, Found, unit, width);
        }

        if (asked.Count > 0 && answer.Text.Length > 0)
        {
            var anchor = AnchorOf(asked[0]);
            Label(svg, answer.Text, anchor.X + (10 * unit), anchor.Y, Colours[0], unit, width);
        }

        return svg.Append("</svg>").ToString();
    }

    private static void DrawWords(StringBuilder svg, Answer answer, double unit, int width)
    {
        foreach (var word in answer.Words.Where(word => !Unseen.Contains(word.Text)))
        {
            Rectangle(svg, word.Box, Place, unit, dashed: true);
            Label(svg, word.Text, word.Box.X0, word.Box.Y0, Place, unit, width);
        }
    }

    private static void DrawAsked(StringBuilder svg, Region region, int k, double unit, int width)
    {
        var colour = Colours[k % Colours.Length];
        if (region.Box is { } box)
        {
            Rectangle(svg, box, colour, unit * 1.5, dashed: false);
        }

        foreach (var (x, y) in region.Points ?? [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{4 * unit:0.##}" fill="{colour}" stroke="#fff" stroke-width="{unit:0.##}"/>""");
        }

        if (region.Polygon is { } polygon)
        {
            var corners = string.Join(' ', polygon.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.##},{p.Y:0.##}")));
            svg.Append(CultureInfo.InvariantCulture, $"""<polygon points="{corners}" fill="{colour}" fill-opacity="0.15" stroke="{colour}" stroke-width="{1.5 * unit:0.##}"/>""");
        }

        var anchor = AnchorOf(region);
        Label(svg, k.ToString(CultureInfo.InvariantCulture), anchor.X, anchor.Y, colour, unit, width);
    }

    private static Point AnchorOf(Region region) =>
        region.Box is { } box ? new Point(box.X0, box.Y0) : (region.Points ?? region.Polygon)![0];

    private static void Rectangle(StringBuilder svg, Box box, string colour, double thickness, bool dashed) => svg.Append(
        CultureInfo.InvariantCulture,
        $"""<rect x="{box.X0:0.##}" y="{box.Y0:0.##}" width="{box.Width:0.##}" height="{box.Height:0.##}" fill="none" stroke="{colour}" stroke-width="{thickness:0.##}"{(dashed ? $" stroke-dasharray=\"{4 * thickness:0.##} {3 * thickness:0.##}\"" : string.Empty)}/>""");

    private static void Label(StringBuilder svg, string text, double x, double y, string colour, double unit, int width)
    {
        var size = 7 * unit;
        var pad = 2.5 * unit;
        var wide = StrokeFont.WidthOf(text, size) + (2 * pad);
        var left = Math.Clamp(x, 0, Math.Max(0, width - wide));
        var top = Math.Max(0, y - size - (2 * pad));
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<rect x="{left:0.##}" y="{top:0.##}" width="{wide:0.##}" height="{size + (2 * pad):0.##}" rx="{unit:0.##}" fill="{colour}"/><path d="{StrokeFont.Path(text, left + pad, top + pad, size)}" fill="none" stroke="#fff" stroke-width="{unit:0.##}" stroke-linecap="round" stroke-linejoin="round"/>""");
    }
}
