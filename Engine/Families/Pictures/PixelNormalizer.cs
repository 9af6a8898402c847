namespace Loupe.Engine.Families.Pictures;

/// <summary>Turns interleaved bytes into planar <c>(value / 255 − mean) / std</c>.</summary>
internal sealed class PixelNormalizer
{
    private const int Values = 256;

    // A byte has 256 values, so the arithmetic is done once for each.
    private readonly float[] _table = new float[3 * Values];

    /// <param name="mean">Of red, green and blue, 0 to 1.</param>
    /// <param name="std">Of red, green and blue.</param>
    public PixelNormalizer(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            for (var value = 0; value < Values; value++)
            {
                _table[(channel * Values) + value] = ((value / 255f) - mean[channel]) / std[channel];
            }
        }
    }

    /// <param name="rgb">n × 3 bytes.</param>
    /// <param name="planes">3 × n numbers.</param>
    public void Normalize(ReadOnlySpan<byte> rgb, Span<float> planes)
    {
        var count = rgb.Length / 3;
        var red = planes[..count];
        var green = planes.Slice(count, count);
        var blue = planes.Slice(2 * count, count);
        var forRed = _table.AsSpan(0, Values);
        var forGreen = _table.AsSpan(Values, Values);
        var forBlue = _table.AsSpan(2 * Values, Values);
        for (var i = 0; i < count; i++)
        {
            red[i] = forRed[rgb[3 * i]];
            green[i] = forGreen[rgb[(3 * i) + 1]];
            blue[i] = forBlue[rgb[(3 * i) + 2]];
        }
    }
}
