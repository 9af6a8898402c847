using System.Text;

namespace Loupe.Bench.Charts;

/// <summary>A chart of horizontal bars as an SVG file of its own: no scripts, no fonts, no styles from elsewhere.</summary>
internal sealed record BarChart
{
    private const double Width = 720;
    private const double Left = 190;
    private const double Right = 96;
    private const double Top = 48;
    private const double Thick = 20;
    private const double Gap = 8;
    private const double GroupGap = 14;

    public required string Title { get; init; }

    /// <summary>What the bars count, with its unit.</summary>
    public required string X { get; init; }

    /// <summary>Bars from top to bottom; bars of one group stand close together. A value that is no number has no bar.</summary>
    public required IReadOnlyList<Bar> Bars { get; init; }

    /// <summary>A line across all bars, such as a target; null for none.</summary>
    public double? Mark { get; init; }

    public string ToSvg()
    {
        var most = Bars.SelectMany(bar => new[] { bar.Value, bar.Most }).Where(double.IsFinite).Append(Mark ?? 0).DefaultIfEmpty(1).Max();
        most = most > 0 ? most : 1;
        double AtX(double value) => Left + (Math.Clamp(value / most, 0, 1) * (Width - Left - Right));
        var height = Top + 16 + Bars.Select((_, i) => Step(i)).Sum();

        var svg = new StringBuilder();
        void Add(string line) => svg.Append(line).Append('\n');
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Add($"<text x=\"12\" y=\"20\" font-size=\"15\" fill=\"#111111\">{SvgText.Escape(Title)}</text>");
        Add($"<text x=\"12\" y=\"37\" fill=\"#555555\">{SvgText.Escape(X)}</text>");
        var y = Top;
        for (var i = 0; i < Bars.Count; i++)
        {
            y += i > 0 && Bars[i].Group != Bars[i - 1].Group ? GroupGap : 0;
            var bar = Bars[i];
            Add($"<text x=\"{Left - 8}\" y=\"{y + 14:0.0}\" text-anchor=\"end\" fill=\"#111111\">{SvgText.Escape(bar.Name)}</text>");
            if (double.IsFinite(bar.Value))
            {
                var end = AtX(bar.Value);
                Add(
                    $"<rect class=\"bar\" x=\"{Left}\" y=\"{y:0.0}\" width=\"{end - Left:0.0}\" height=\"{Thick}\" "
                        + $"fill=\"{(bar.IsOurs ? "#0072b2" : "#a8b4bd")}\"/>");
                if (double.IsFinite(bar.Least) && double.IsFinite(bar.Most) && bar.Most > bar.Least)
                {
                    Add(
                        $"<line class=\"spread\" x1=\"{AtX(bar.Least):0.0}\" x2=\"{AtX(bar.Most):0.0}\" y1=\"{y + (Thick / 2):0.0}\" "
                            + $"y2=\"{y + (Thick / 2):0.0}\" stroke=\"#111111\" stroke-width=\"1.5\"/>");
                }

                Add(
                    $"<text x=\"{Math.Max(end, double.IsFinite(bar.Most) ? AtX(bar.Most) : end) + 6:0.0}\" y=\"{y + 14:0.0}\" "
                        + $"fill=\"#111111\">{SvgText.Escape(bar.Label)}</text>");
            }
            else
            {
                Add($"<text x=\"{Left + 4}\" y=\"{y + 14:0.0}\" fill=\"#777777\">not measured</text>");
            }

            y += Thick + Gap;
        }

        if (Mark is { } mark)
        {
            Add(
                $"<line class=\"mark\" x1=\"{AtX(mark):0.0}\" x2=\"{AtX(mark):0.0}\" y1=\"{Top - 4}\" y2=\"{y:0.0}\" stroke=\"#d55e00\" "
                    + $"stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private double Step(int i) => Thick + Gap + (i > 0 && Bars[i].Group != Bars[i - 1].Group ? GroupGap : 0);
}

/// <summary>One bar.</summary>
/// <param name="Name">Beside it.</param>
/// <param name="Value">How long; not a number for none.</param>
/// <param name="Label">At its end.</param>
internal sealed record Bar(string Name, double Value, string Label)
{
    /// <summary>Where the spread begins; not a number for none.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>Where it ends.</summary>
    public double Most { get; init; } = double.NaN;

    /// <summary>Whether it is drawn in the colour of what the chart is about.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Bars of one group stand close together.</summary>
    public string Group { get; init; } = string.Empty;
}
