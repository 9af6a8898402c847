using System.Globalization;
using System.Text;

namespace Loupe.Command.Drawing;

/// <summary>Text on a coloured ground, kept inside the picture and folded where it is too long for it.</summary>
internal static class Label
{
    private const int MaxLines = 6;

    /// <param name="svg">Gets the drawing.</param>
    /// <param name="text">What it says.</param>
    /// <param name="x">Its left edge, if there is room.</param>
    /// <param name="y">Its bottom edge, if there is room and no other label.</param>
    /// <param name="colour">Of the ground.</param>
    /// <param name="canvas">What it is drawn on.</param>
    public static void Draw(StringBuilder svg, string text, double x, double y, string colour, Canvas canvas)
    {
        var (size, pad) = (7 * canvas.Unit, 2.5 * canvas.Unit);
        var lines = Fold(text, (int)((canvas.Width - (2 * pad)) / StrokeFont.WidthOf(" ", size)));
        var step = size + (2 * pad);
        var wide = lines.Max(line => StrokeFont.WidthOf(line, size)) + (2 * pad);
        var high = ((lines.Count - 1) * step) + size + (2 * pad);
        var left = Math.Clamp(x, 0, Math.Max(0, canvas.Width - wide));
        var top = canvas.Take(new(left, y - high, left + wide, y)).Y0;
        svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{left:0.##}" y="{top:0.##}" width="{wide:0.##}" height="{high:0.##}" rx="{canvas.Unit:0.##}" fill="{colour}"/>""");
        for (var i = 0; i < lines.Count; i++)
        {
            var path = StrokeFont.Path(lines[i], left + pad, top + pad + (i * step), size);
            svg.Append(CultureInfo.InvariantCulture, $"""<path d="{path}" fill="none" stroke="#fff" stroke-width="{canvas.Unit:0.##}" stroke-linecap="round" stroke-linejoin="round"/>""");
        }
    }

    /// <summary>Lines of so many letters at most, broken between words where they allow it.</summary>
    internal static IReadOnlyList<string> Fold(string text, int letters)
    {
        List<string> lines = [""];
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => word.Chunk(Math.Max(1, letters))))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > letters)
            {
                lines.Add("");
            }

            lines[^1] += (lines[^1].Length > 0 ? " " : "") + new string(word);
        }

        return lines.Count <= MaxLines ? lines : [.. lines[..(MaxLines - 1)], "..."];
    }
}
