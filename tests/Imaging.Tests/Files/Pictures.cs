namespace Loupe.Imaging.Tests.Files;

/// <summary>Small pictures whose every corner tells where it came from.</summary>
internal static class Pictures
{
    public static readonly (byte R, byte G, byte B) Red = (220, 30, 30);
    public static readonly (byte R, byte G, byte B) Green = (30, 200, 30);
    public static readonly (byte R, byte G, byte B) Blue = (30, 30, 220);
    public static readonly (byte R, byte G, byte B) Yellow = (230, 220, 40);

    /// <summary>Red top left, green top right, blue bottom left, yellow bottom right.</summary>
    public static Raster Quarters(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var colour = (x < width / 2, y < height / 2) switch
                {
                    (true, true) => Red,
                    (false, true) => Green,
                    (true, false) => Blue,
                    _ => Yellow,
                };
                var at = ((y * width) + x) * 3;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = colour;
            }
        }

        return new Raster(width, height, rgb);
    }

    /// <summary>A picture that does not compress to nothing.</summary>
    public static Raster Noise(int width, int height, int seed = 1)
    {
        var rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return new Raster(width, height, rgb);
    }

    public static void AssertNear((byte R, byte G, byte B) expected, (byte R, byte G, byte B) actual, int tolerance = 12)
    {
        Assert.True(
            Math.Abs(expected.R - actual.R) <= tolerance
            && Math.Abs(expected.G - actual.G) <= tolerance
            && Math.Abs(expected.B - actual.B) <= tolerance,
            $"expected about {expected}, found {actual}");
    }
}
