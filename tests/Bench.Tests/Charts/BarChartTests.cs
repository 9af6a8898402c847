using System.Xml.Linq;
using Loupe.Bench.Charts;

namespace Loupe.Bench.Tests.Charts;

public sealed class BarChartTests
{
    [Fact]
    public void Bars_are_as_long_as_their_values_and_what_is_no_number_has_none()
    {
        var svg = XDocument.Parse(new BarChart
        {
            Title = "a < b & c",
            X = "<x>",
            Mark = 5,
            Bars =
            [
                new Bar("half", 5, "5") { Least = 4, Most = 6, IsOurs = true },
                new Bar("whole", 10, "10 & more"),
                new Bar("none", double.NaN, "–") { Group = "other" },
            ],
        }.ToSvg());

        var widths = svg.Descendants()
            .Where(element => (string?)element.Attribute("class") == "bar")
            .Select(element => (double)element.Attribute("width")!)
            .ToList();
        Assert.Equal(2, widths.Count);
        Assert.Equal(widths[1] / 2, widths[0], 1);
        Assert.Single(svg.Descendants(), element => (string?)element.Attribute("class") == "spread");
        Assert.Single(svg.Descendants(), element => (string?)element.Attribute("class") == "mark");
        Assert.Contains(svg.Descendants(), element => element.Value == "not measured");
        Assert.Contains(svg.Descendants(), element => element.Value == "a < b & c");
    }

    [Fact]
    public void A_chart_of_nothing_is_still_one() =>
        Assert.NotNull(XDocument.Parse(new BarChart { Title = "t", X = "x", Bars = [] }.ToSvg()).Root);
}
