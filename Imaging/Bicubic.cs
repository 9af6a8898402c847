namespace Loupe.Imaging;

/// <summary>
/// Scales pixels by cubic convolution (a = −½) over all that a new pixel covers, first along rows, then along columns, rounding
/// after each: what Pillow's <c>BICUBIC</c> does, by which most models' pictures were scaled when they were trained. libvips
/// differs from it at sharp edges by many grey levels.
/// </summary>
internal static class Bicubic
{
    private const int Bands = 3;
    private const double Support = 2;

    /// <param name="pixels">height × width × 3 bytes.</param>
    /// <param name="width">Before.</param>
    /// <param name="height">Before.</param>
    /// <param name="newWidth">After.</param>
    /// <param name="newHeight">After.</param>
    /// <param name="scaled">Receives newHeight × newWidth × 3 bytes.</param>
    public static void Scale(ReadOnlySpan<byte> pixels, int width, int height, int newWidth, int newHeight, Span<byte> scaled)
    {
        var across = Taps(width, newWidth);
        var down = Taps(height, newHeight);
        var rows = new byte[(long)newWidth * height * Bands];
        for (var y = 0; y < height; y++)
        {
            var from = pixels.Slice(y * width * Bands, width * Bands);
            var to = rows.AsSpan(y * newWidth * Bands, newWidth * Bands);
            for (var x = 0; x < newWidth; x++)
            {
                var (first, weights) = across[x];
                float red = 0.5f, green = 0.5f, blue = 0.5f;
                for (var k = 0; k < weights.Length; k++)
                {
                    var at = (first + k) * Bands;
                    red += weights[k] * from[at];
                    green += weights[k] * from[at + 1];
                    blue += weights[k] * from[at + 2];
                }

                (to[x * Bands], to[(x * Bands) + 1], to[(x * Bands) + 2]) = (Clip(red), Clip(green), Clip(blue));
            }
        }

        var sums = new float[newWidth * Bands];
        for (var y = 0; y < newHeight; y++)
        {
            var (first, weights) = down[y];
            Array.Fill(sums, 0.5f);
            for (var k = 0; k < weights.Length; k++)
            {
                var row = rows.AsSpan((first + k) * newWidth * Bands, newWidth * Bands);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += weights[k] * row[i];
                }
            }

            var to = scaled.Slice(y * newWidth * Bands, newWidth * Bands);
            for (var i = 0; i < sums.Length; i++)
            {
                to[i] = Clip(sums[i]);
            }
        }
    }

    // Which pixels a new one is made of, and how much of each.
    private static (int First, float[] Weights)[] Taps(int length, int newLength)
    {
        var scale = (double)length / newLength;
        var stretch = Math.Max(scale, 1);
        var taps = new (int, float[])[newLength];
        for (var i = 0; i < newLength; i++)
        {
            var center = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(center - (Support * stretch) + 0.5));
            var last = Math.Min(length, (int)(center + (Support * stretch) + 0.5));
            double[] weights = [.. Enumerable.Range(first, last - first).Select(at => Weight((at - center + 0.5) / stretch))];
            var sum = weights.Sum();
            taps[i] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return taps;
    }

    private static double Weight(double x) => Math.Abs(x) switch
    {
        < 1 and var near => (((1.5 * near) - 2.5) * near * near) + 1,
        < 2 and var far => (((((-0.5 * far) + 2.5) * far) - 4) * far) + 2,
        _ => 0,
    };

    private static byte Clip(float value) => (byte)Math.Clamp(value, 0, 255);
}
