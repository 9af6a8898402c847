namespace Loupe.Command.Evaluation.Dataset;

/// <summary>What is read of a dataset at most: a file from elsewhere must not take the machine's memory.</summary>
internal static class DatasetLimits
{
    /// <summary>Bytes of one annotation file.</summary>
    public const long FileBytes = 512L << 20;

    /// <summary>Images of a dataset.</summary>
    public const int Images = 500_000;

    /// <summary>Annotations, or referring expressions, of a dataset.</summary>
    public const int Entries = 5_000_000;

    /// <summary>Objects, or questions, of one image.</summary>
    public const int PerImage = 10_000;

    /// <summary>Width or height in pixels.</summary>
    public const int Side = 65_536;

    /// <summary>Pixels of one image.</summary>
    public const long Pixels = 1L << 27;

    /// <summary>Corners of all polygons of one annotation.</summary>
    public const int Corners = 100_000;

    /// <summary>Characters of one expression, caption or name.</summary>
    public const int Text = 4096;

    /// <exception cref="DatasetException">More than <paramref name="most"/>.</exception>
    public static void Check(string where, string what, long count, long most)
    {
        if (count > most)
        {
            throw new DatasetException($"{where}: {count} {what}; at most {most} are read");
        }
    }

    /// <exception cref="DatasetException">No size of a picture, or too large a one.</exception>
    public static void CheckSize(string where, int width, int height)
    {
        if (width is < 1 or > Side || height is < 1 or > Side || (long)width * height > Pixels)
        {
            throw new DatasetException(
                $"{where}: {width} × {height} is no size of a picture; a side has 1 to {Side} pixels, a picture at most {Pixels}");
        }
    }

    /// <exception cref="DatasetException">No numbers of a box, or an empty one.</exception>
    public static void CheckBox(string where, Box box)
    {
        if (!double.IsFinite(box.X0 + box.Y0 + box.X1 + box.Y1) || box.Width <= 0 || box.Height <= 0)
        {
            throw new DatasetException(
                $"{where}: [{box.X0}, {box.Y0}, {box.X1}, {box.Y1}] is no box with left before right and top above bottom");
        }
    }
}
