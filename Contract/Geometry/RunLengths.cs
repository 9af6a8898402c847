using System.Text;

namespace Loupe;

/// <summary>
/// COCO's run-length encoding of a binary mask: run lengths in pixels, column-major, zeros first; as a string, each
/// run (from the fourth on, minus the one two before) in groups of five bits, low first, from character 48 on.
/// Source: Lin et al., "Microsoft COCO", ECCV 2014, and its reference implementation <c>maskApi.c</c>.
/// </summary>
public static class RunLengths
{
    private const int Bits = 5;
    private const int Continue = 0x20;
    private const int Sign = 0x10;
    private const int First = 48;

    /// <param name="pixels">Row-major, <paramref name="height"/> × <paramref name="width"/>.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    public static IReadOnlyList<long> Encode(ReadOnlySpan<bool> pixels, int height, int width)
    {
        var runs = new List<long>();
        var (inside, length) = (false, 0L);
        for (var x = 0; x < width; x++)
        {
            for (var y = 0; y < height; y++)
            {
                if (pixels[(y * width) + x] != inside)
                {
                    runs.Add(length);
                    (inside, length) = (!inside, 0);
                }

                length++;
            }
        }

        runs.Add(length);
        return runs;
    }

    /// <returns>Row-major.</returns>
    /// <exception cref="FormatException">The runs do not cover the picture exactly.</exception>
    public static bool[] Decode(IReadOnlyList<long> runs, int height, int width)
    {
        Check(runs, height, width);
        var pixels = new bool[(long)height * width];
        long at = 0;
        for (var i = 0; i < runs.Count; at += runs[i], i++)
        {
            for (var p = at; i % 2 == 1 && p < at + runs[i]; p++)
            {
                pixels[((p % height) * width) + (p / height)] = true;
            }
        }

        return pixels;
    }

    /// <exception cref="FormatException">The runs do not cover the picture exactly.</exception>
    public static void Check(IReadOnlyList<long> runs, int height, int width)
    {
        var left = (long)height * width;
        foreach (var run in runs)
        {
            // Subtracting keeps within bounds what a sum of foreign numbers might not.
            left = run < 0 || run > left ? -1 : left - run;
            if (left < 0)
            {
                break;
            }
        }

        if (left != 0)
        {
            throw new FormatException($"run lengths do not cover {height} × {width} pixels");
        }
    }

    /// <param name="columns">Column-major.</param>
    public static IReadOnlyList<long> EncodeColumns(ReadOnlySpan<bool> columns)
    {
        var runs = new List<long>();
        var (inside, start) = (false, 0);
        while (columns[start..].IndexOf(!inside) is >= 0 and var length)
        {
            runs.Add(length);
            (inside, start) = (!inside, start + length);
        }

        runs.Add(columns.Length - start);
        return runs;
    }

    public static string Compress(IReadOnlyList<long> runs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < runs.Count; i++)
        {
            var left = runs[i] - (i > 2 ? runs[i - 2] : 0);
            bool more;
            do
            {
                var group = (int)(left & 0x1f);
                left >>= Bits;
                more = (group & Sign) != 0 ? left != -1 : left != 0;
                text.Append((char)(First + (more ? group | Continue : group)));
            }
            while (more);
        }

        return text.ToString();
    }

    /// <exception cref="FormatException">Not such a string.</exception>
    public static IReadOnlyList<long> Expand(string counts)
    {
        var runs = new List<long>();
        for (var at = 0; at < counts.Length;)
        {
            long run = 0;
            var (shift, group) = (0, 0);
            do
            {
                group = at < counts.Length ? counts[at++] - First : -1;
                if (group is < 0 or > 0x3f || shift > 55)
                {
                    throw new FormatException("not a COCO run-length string");
                }

                run |= (long)(group & 0x1f) << shift;
                shift += Bits;
            }
            while ((group & Continue) != 0);

            run |= (group & Sign) != 0 ? -1L << shift : 0;
            runs.Add(run + (runs.Count > 2 ? runs[^2] : 0));
        }

        return runs;
    }
}
