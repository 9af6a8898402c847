using System.Globalization;
using System.Text;

namespace Loupe.Bench.Charts;

/// <summary>A chart of lines as an SVG file of its own: no scripts, no fonts, no styles from elsewhere.</summary>
internal sealed record LineChart
{
    private const double Width = 720;
    private const double Height = 360;
    private const double Left = 64;
    private const double Right = 180;
    private const double Top = 40;
    private const double Bottom = 48;

    // Colour-blind safe (Okabe and Ito).
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    public required string Title { get; init; }

    public required string X { get; init; }

    public required string Y { get; init; }

    /// <summary>Lines by name; points that are no numbers are left out.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Lines { get; init; }

    /// <summary>Vertical marks: where, and what happened there.</summary>
    public IReadOnlyList<(double X, string What)> Marks { get; init; } = [];

    /// <summary>Where the Y axis ends at least.</summary>
    public double AtLeast { get; init; }

    public string ToSvg()
    {
        var points = Lines.SelectMany(line => line.Points).Where(point => double.IsFinite(point.Y)).ToList();
        var (x0, x1) = points.Count == 0 ? (0, 1) : (points.Min(point => point.X), points.Max(point => point.X));
        x1 = x1 > x0 ? x1 : x0 + 1;
        var y1 = Round(Math.Max(AtLeast, points.Select(point => point.Y).DefaultIfEmpty(1).Max()));
        double AtX(double x) => Left + ((x - x0) / (x1 - x0) * (Width - Left - Right));
        double AtY(double y) => Height - Bottom - (y / y1 * (Height - Top - Bottom));

        var svg = new StringBuilder();
        void Add(string line) => svg.Append(line).Append('\n');
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        Add($"<text x=\"{Left}\" y=\"22\" font-size=\"15\" fill=\"#111111\">{SvgText.Escape(Title)}</text>");
        for (var i = 0; i <= 5; i++)
        {
            var (x, y) = (x0 + ((x1 - x0) * i / 5), y1 * i / 5);
            Add($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{AtY(y):0.0}\" y2=\"{AtY(y):0.0}\" stroke=\"#dddddd\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{AtY(y) + 4:0.0}\" text-anchor=\"end\" fill=\"#444444\">{y:0.###}</text>");
            Add($"<text x=\"{AtX(x):0.0}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\" fill=\"#444444\">{x:0.##}</text>");
        }

        Add(
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\" "
                + $"fill=\"#111111\">{SvgText.Escape(X)}</text>");
        Add(
            $"<text x=\"14\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 "
                + $"{(Top + Height - Bottom) / 2})\" fill=\"#111111\">{SvgText.Escape(Y)}</text>");
        foreach (var (x, what) in Marks.Where(mark => mark.X >= x0 && mark.X <= x1))
        {
            Add(
                $"<line x1=\"{AtX(x):0.0}\" x2=\"{AtX(x):0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#888888\" "
                    + $"stroke-dasharray=\"4 3\"/>");
            Add($"<text x=\"{AtX(x) + 3:0.0}\" y=\"{Top + 10}\" font-size=\"10\" fill=\"#555555\">{SvgText.Escape(what)}</text>");
        }

        for (var i = 0; i < Lines.Count; i++)
        {
            var colour = Colours[i % Colours.Length];
            var path = string.Join(' ', Lines[i].Points.Where(point => double.IsFinite(point.Y))
                .Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.0},{AtY(point.Y):0.0}")));
            Add($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            Add(
                $"<line x1=\"{Width - Right + 12}\" x2=\"{Width - Right + 32}\" y1=\"{Top + 8 + (18 * i)}\" y2=\"{Top + 8 + (18 * i)}\" "
                    + $"stroke=\"{colour}\" stroke-width=\"2\"/>");
            Add($"<text x=\"{Width - Right + 38}\" y=\"{Top + 12 + (18 * i)}\" fill=\"#111111\">{SvgText.Escape(Lines[i].Name)}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Up to a number that divides well by five.</summary>
    private static double Round(double most)
    {
        if (most <= 0)
        {
            return 1;
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new[] { 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10 }.Select(step => step * unit).First(step => step >= most * 0.999999);
    }
}
