using System.Text.Json;

namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>Reads a <c>segmentation</c>: polygons, or run lengths as numbers or as a compressed string.</summary>
internal static class CocoMask
{
    /// <returns>Null if nothing is outlined.</returns>
    /// <exception cref="DatasetException">Not an outline of this picture; the message starts with <paramref name="where"/>.</exception>
    public static Mask? Read(string where, JsonElement segmentation, int width, int height)
    {
        try
        {
            return segmentation.ValueKind switch
            {
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                JsonValueKind.Array when segmentation.GetArrayLength() == 0 => null,
                JsonValueKind.Array => Polygons(segmentation, width, height),
                JsonValueKind.Object => Runs(segmentation, width, height),
                _ => throw new FormatException("neither polygons nor run lengths"),
            };
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DatasetException($"{where}: segmentation: {error.Message}", error);
        }
    }

    private static Mask Polygons(JsonElement polygons, int width, int height)
    {
        var corners = 0;
        List<double[]> read = [];
        foreach (var polygon in polygons.EnumerateArray())
        {
            corners += polygon.GetArrayLength() / 2;
            if (corners > DatasetLimits.Corners)
            {
                throw new FormatException($"more than {DatasetLimits.Corners} corners");
            }

            read.Add([.. polygon.EnumerateArray().Select(number => number.GetDouble())]);
        }

        return new([height, width], RunLengths.Compress(PolygonMask.Fill(read, height, width)));
    }

    private static Mask Runs(JsonElement mask, int width, int height)
    {
        var size = mask.GetProperty("size");
        if (size.GetArrayLength() != 2 || size[0].GetInt32() != height || size[1].GetInt32() != width)
        {
            throw new FormatException($"size is {size.GetRawText()} and the picture's [{height}, {width}]");
        }

        var counts = mask.GetProperty("counts");
        IReadOnlyList<long> runs = counts.ValueKind == JsonValueKind.String
            ? RunLengths.Expand(counts.GetString()!)
            : [.. counts.EnumerateArray().Select(run => run.GetInt64())];
        RunLengths.Check(runs, height, width);
        return new([height, width], RunLengths.Compress(runs));
    }
}
