using System.Globalization;
using System.Text;

namespace Loupe.Command.Drawing;

/// <summary>An answer as an SVG drawing over its picture: what was asked about, what was found, and the place of every word.</summary>
internal static class AnswerDrawing
{
    private const string Found = "#2f9e63";
    private const string Place = "#3f7fd6";

    private static readonly string[] Asked = ["#e2554b", "#3f7fd6", "#2f9e63", "#b265d6", "#d6902b", "#1fa3a3", "#d64f92", "#7a7f2c"];

    // Words that name nothing have a place too, but drawn they would only cover the others.
    private static readonly HashSet<string> Nameless = new(
        [
            "a", "an", "the", "and", "or", "of", "in", "on", "at", "with", "it", "is", "are", "for", "to", "from", "there", ",", ".", "yes",
            "no",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <param name="width">Of the picture, pixels.</param>
    /// <param name="height">Of the picture, pixels.</param>
    /// <param name="asked">The question's regions.</param>
    /// <param name="answer">What came back.</param>
    /// <returns>An SVG document of the picture's size. It holds no text, only strokes, so nothing in it needs a font or escaping.</returns>
    public static string Svg(int width, int height, IReadOnlyList<Region> asked, Answer answer)
    {
        var canvas = new Canvas(width, height);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">""");
        foreach (var region in answer.Regions)
        {
            DrawFound(svg, region, canvas);
        }

        if (asked.Count == 0)
        {
            DrawWords(svg, answer, canvas);
        }

        for (var k = 0; k < asked.Count; k++)
        {
            DrawAsked(svg, asked[k], k, canvas);
        }

        if (asked.Count > 0 && answer.Regions.Count == 0 && answer.Text.Length > 0)
        {
            var anchor = AnchorOf(asked[0]);
            Label.Draw(svg, answer.Text, anchor.X + (12 * canvas.Unit), anchor.Y, Asked[0], canvas);
        }

        return svg.Append("</svg>").ToString();
    }

    private static void DrawFound(StringBuilder svg, FoundRegion region, Canvas canvas)
    {
        if (region.Mask is { } mask && MaskPath.Of(mask) is { } path)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<path d="{path}" fill="{Found}" fill-opacity="0.45" shape-rendering="crispEdges"/>""");
        }

        if (region is { Polygon: { } outline, Mask: null })
        {
            var corners = string.Join(' ', outline.Select(corner => string.Create(CultureInfo.InvariantCulture, $"{corner.X},{corner.Y}")));
            svg.Append(CultureInfo.InvariantCulture, $"""<polygon points="{corners}" fill="none" stroke="{Found}" stroke-width="{canvas.Unit * 1.5}"/>""");
        }
        else
        {
            Rectangle(svg, region.Box, Found, canvas.Unit * 1.5, dashed: false);
        }

        var score = region.Score.ToString("0.00", CultureInfo.InvariantCulture);
        Label.Draw(svg, region.Text is { Length: > 0 } text ? $"{text} {score}" : score, region.Box.X0, region.Box.Y0, Found, canvas);
    }

    private static void DrawWords(StringBuilder svg, Answer answer, Canvas canvas)
    {
        foreach (var word in answer.Words.Where(word => !Nameless.Contains(word.Text)))
        {
            if (word.Box is { } box)
            {
                Rectangle(svg, box, Place, canvas.Unit, dashed: true);
                Label.Draw(svg, word.Text, box.X0, box.Y0, Place, canvas);
            }
        }
    }

    private static void DrawAsked(StringBuilder svg, Region region, int k, Canvas canvas)
    {
        var colour = Asked[k % Asked.Length];
        if (region.Box is { } box)
        {
            Rectangle(svg, box, colour, canvas.Unit * 1.5, dashed: false);
        }

        foreach (var (x, y) in region.Points ?? [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{4 * canvas.Unit:0.##}" fill="{colour}" stroke="#fff" stroke-width="{canvas.Unit:0.##}"/>""");
        }

        if (region.Polygon is { } polygon)
        {
            var corners = string.Join(' ', polygon.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.##},{p.Y:0.##}")));
            svg.Append(CultureInfo.InvariantCulture, $"""<polygon points="{corners}" fill="{colour}" fill-opacity="0.15" stroke="{colour}" stroke-width="{1.5 * canvas.Unit:0.##}"/>""");
        }

        var anchor = AnchorOf(region);
        Label.Draw(svg, k.ToString(CultureInfo.InvariantCulture), anchor.X, anchor.Y, colour, canvas);
    }

    private static Point AnchorOf(Region region) =>
        region.Box is { } box ? new Point(box.X0, box.Y0) : (region.Points ?? region.Polygon)![0];

    private static void Rectangle(StringBuilder svg, Box box, string colour, double thickness, bool dashed) => svg.Append(
        CultureInfo.InvariantCulture,
        $"""<rect x="{box.X0:0.##}" y="{box.Y0:0.##}" width="{box.Width:0.##}" height="{box.Height:0.##}" fill="none" stroke="{colour}" stroke-width="{thickness:0.##}"{(dashed ? $" stroke-dasharray=\"{4 * thickness:0.##} {3 * thickness:0.##}\"" : string.Empty)}/>""");
}
