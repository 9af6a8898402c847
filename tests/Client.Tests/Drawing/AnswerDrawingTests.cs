using System.Xml.Linq;
using Loupe.Client.Tests.Servers;
using Loupe.Command.Drawing;

namespace Loupe.Client.Tests.Drawing;

public sealed class AnswerDrawingTests
{
    private static XElement Draw(IReadOnlyList<Region> asked, Answer answer) =>
        XDocument.Parse(AnswerDrawing.Svg(200, 100, asked, answer)).Root!;

    private static List<XElement> Named(XElement svg, string name) => [.. svg.Elements().Where(element => element.Name.LocalName == name)];

    private static string[] Boxes(XElement svg) =>
        [.. Named(svg, "rect").Where(e => e.Attribute("fill")!.Value == "none")
            .Select(e => string.Join(' ', new[] { "x", "y", "width", "height" }.Select(name => e.Attribute(name)!.Value))).Order()];

    /// <summary>The grounds of labels: as many as there are labels.</summary>
    private static List<XElement> Labels(XElement svg) => [.. Named(svg, "rect").Where(e => e.Attribute("fill")!.Value != "none")];

    [Fact]
    public void Asked_and_found_regions_are_drawn_where_they_are()
    {
        var svg = Draw(
            [Region.OfBox(1, 2, 31, 42), Region.OfPoint(50, 60), new() { Polygon = [new(1, 1), new(9, 1.5), new(5, 8)] }],
            Replies.Answer("<car> & \"co\"") with { Regions = [Replies.Region("wheel", x: 70)] });
        Assert.Equal(("200", "100"), (svg.Attribute("width")!.Value, svg.Attribute("height")!.Value));
        Assert.Equal(["1 2 30 40", "70 20 30 40"], Boxes(svg));
        var circle = Assert.Single(Named(svg, "circle"));
        Assert.Equal(("50", "60"), (circle.Attribute("cx")!.Value, circle.Attribute("cy")!.Value));
        Assert.Equal("1,1 9,1.5 5,8", Assert.Single(Named(svg, "polygon")).Attribute("points")!.Value);

        // Three numbers and one found thing.
        Assert.Equal(4, Labels(svg).Count);
    }

    [Fact]
    public void No_font_is_needed() =>
        Assert.Empty(Named(Draw([Region.OfPoint(5, 5)], Replies.Answer("a red car")), "text"));

    [Fact]
    public void An_answer_about_regions_is_written_beside_the_first()
    {
        Assert.Single(Labels(Draw([Region.OfPoint(5, 5)], Replies.Answer(""))));
        Assert.Equal(2, Labels(Draw([Region.OfPoint(5, 5)], Replies.Answer("a dog"))).Count);
    }

    [Fact]
    public void Words_that_name_something_are_drawn_where_no_region_was_asked_about()
    {
        var svg = Draw([], Replies.Answer("a dog on the beach ."));
        Assert.Equal(2, Labels(svg).Count);
        Assert.Equal(["1 2 2 2", "1 2 2 2"], Boxes(svg));
    }

    [Fact]
    public void Labels_stay_inside_the_picture()
    {
        var far = Replies.Region("something far away at the right edge", 190) with { Box = new(190, 0, 200, 5) };
        var label = Assert.Single(Labels(Draw([], Replies.Answer("") with { Regions = [far] })));
        double Of(string name) => double.Parse(label.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Of("x") >= 0 && Of("y") >= 0 && Of("x") + Of("width") <= 200 && Of("y") + Of("height") <= 100);
    }

    [Fact]
    public void Labels_do_not_cover_each_other()
    {
        var labels = Labels(
            Draw([], Replies.Answer("") with { Regions = [Replies.Region("one"), Replies.Region("two"), Replies.Region("three")] }));
        double Of(XElement label, string name) =>
            double.Parse(label.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        var edges = labels.Select(label => (Top: Of(label, "y"), Bottom: Of(label, "y") + Of(label, "height"))).ToList();
        Assert.True(edges[0].Bottom <= edges[1].Top + 0.01 && edges[1].Bottom <= edges[2].Top + 0.01);
    }

    [Fact]
    public void Masks_are_filled()
    {
        var masked = Replies.Region("car") with { Mask = new Mask([2, 2], "022") };
        var svg = Draw([], Replies.Answer("") with { Regions = [masked] });
        Assert.Single(Named(svg, "path"), path => path.Attribute("fill")!.Value != "none");
    }

    [Fact]
    public void Every_letter_and_digit_has_strokes_of_its_own()
    {
        var paths = "abcdefghijklmnopqrstuvwxyz0123456789".Select(letter => StrokeFont.Path(letter.ToString(), 0, 0, 6)).ToList();
        Assert.DoesNotContain("", paths);
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }
}
