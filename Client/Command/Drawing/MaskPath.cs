using System.Globalization;
using System.Text;

namespace Loupe.Command.Drawing;

/// <summary>A mask as an SVG path: a rectangle for every run of its run lengths.</summary>
internal static class MaskPath
{
    /// <param name="mask">Column-major runs, zeros first.</param>
    /// <returns>Path data in pixels of the picture; null for a mask that cannot be read.</returns>
    public static string? Of(Mask mask)
    {
        if (mask.Size is not [> 0 and var height, > 0 and var width])
        {
            return null;
        }

        IReadOnlyList<long> runs;
        try
        {
            runs = RunLengths.Expand(mask.Counts);
        }
        catch (FormatException)
        {
            return null;
        }

        var path = new StringBuilder();
        var (at, end, inside) = (0L, (long)height * width, false);
        foreach (var run in runs)
        {
            if (run < 0 || at + run > end)
            {
                return null;
            }

            for (var (left, from) = (inside ? run : 0, at); left > 0;)
            {
                // A run goes on at the top of the next column.
                var (x, y) = (from / height, from % height);
                var part = Math.Min(left, height - y);
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v{part}h-1z");
                (left, from) = (left - part, from + part);
            }

            (at, inside) = (at + run, !inside);
        }

        return path.ToString();
    }
}
