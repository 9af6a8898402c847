using System.Xml.Linq;
using Loupe.Command.Drawing;

namespace Loupe.Client.Tests.Drawing;

public sealed class AnswerDrawingTests
{
    [Fact]
    public void AskedAndFoundRegionsAreDrawnWhereTheyAre()
    {
        var svg = XDocument.Parse(AnswerDrawing.Svg(
            200, 100, [Region.OfBox(1, 2, 31, 42), Region.OfPoint(50, 60)], Scripts.Answer("<car> & \"co\"", Scripts.Region("wheel", x: 70)))).Root!;

        Assert.Equal(("200", "100"), (svg.Attribute("width")!.Value, svg.Attribute("height")!.Value));
        var boxes = svg.Elements().Where(e => e.Name.LocalName == "rect" && e.Attribute("fill")!.Value == "none")
            .Select(e => string.Join(' ', new[] { "x", "y", "width", "height" }.Select(name => e.Attribute(name)!.Value)));
        Assert.Equal(["1 2 30 40", "70 20 30 40"], boxes);
        var circle = Assert.Single(svg.Elements(), e => e.Name.LocalName == "circle");
        Assert.Equal(("50", "60"), (circle.Attribute("cx")!.Value, circle.Attribute("cy")!.Value));
    }

    [Fact]
    public void EveryLetterAndDigitHasStrokesOfItsOwn()
    {
        var paths = "abcdefghijklmnopqrstuvwxyz0123456789".Select(letter => StrokeFont.Path(letter.ToString(), 0, 0, 6)).ToList();

        Assert.DoesNotContain("", paths);
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }
}
