using Loupe.Engine.Families.Florence.Text;

namespace Loupe.Engine.Families.Florence;

/// <summary>Places as the contract's regions.</summary>
internal static class FlorenceRegions
{
    /// <summary>The regions of something that is somewhere: one, or as many as it has boxes.</summary>
    public static IEnumerable<FoundRegion> Of(AnswerKind kind, Placed placed, double score, ImageSize size)
    {
        var text = placed.Phrase.Length > 0 ? placed.Phrase : null;
        if (kind is AnswerKind.Boxes or AnswerKind.Grounding or AnswerKind.Proposals)
        {
            return placed.Outlines.Select(corners => new FoundRegion { Box = Box.Around(Points(corners)), Score = score, Text = text });
        }

        List<Point[]> outlines = [.. placed.Outlines.Select(Points).Where(points => points.Length > 2)];
        if (outlines.Count == 0)
        {
            return [];
        }

        var region = new FoundRegion
        {
            Box = Box.Around([.. outlines.SelectMany(points => points)]),
            Score = score,
            Text = text,
            Polygon = outlines.Count == 1 ? outlines[0] : null,
        };
        return [kind == AnswerKind.Quads ? region : region with { Mask = MaskOf(placed.Outlines, size) }];
    }

    private static Mask? MaskOf(IEnumerable<double[]> outlines, ImageSize size)
    {
        try
        {
            var runs = PolygonMask.Fill([.. outlines.Where(outline => outline.Length > 4)], size.Height, size.Width);
            return new Mask([size.Height, size.Width], RunLengths.Compress(runs));
        }
        catch (FormatException)
        {
            // So many corners that filling them would take seconds: the outline itself has to do.
            return null;
        }
    }

    private static Point[] Points(double[] numbers) => [.. numbers.Chunk(2).Select(pair => new Point(pair[0], pair[1]))];
}
