using System.Xml.Linq;
using Loupe.Bench.Charts;

namespace Loupe.Bench.Tests.Charts;

public sealed class LineChartTests
{
    [Fact]
    public void A_chart_is_well_formed_whatever_it_is_called_and_leaves_out_what_is_no_number()
    {
        var svg = XDocument.Parse(new LineChart
        {
            Title = "a < b & c",
            X = "<x>",
            Y = "y",
            Lines = [("one", [(1, 1), (2, double.NaN), (3, 4)]), ("none", [])],
            Marks = [(2, "kill")],
        }.ToSvg());

        var lines = svg.Descendants()
            .Where(element => element.Name.LocalName == "polyline")
            .Select(element => element.Attribute("points")!.Value)
            .ToList();
        Assert.Equal(2, lines[0].Split(' ').Length);
        Assert.Empty(lines[1]);
        Assert.Contains(svg.Descendants(), element => element.Value == "a < b & c");
    }
}
