using System.Security.Cryptography;
using Loupe.Imaging;

namespace Loupe.Bench.Chaos;

/// <summary>Pictures of coloured rectangles, another for every number and the same in every run.</summary>
internal static class Pictures
{
    public const int Width = 160;
    public const int Height = 120;

    /// <summary>A PNG file.</summary>
    public static byte[] Png(int number)
    {
        var random = new Random(number);
        var pixels = new byte[Width * Height * 3];
        Fill(pixels, random, 0, 0, Width, Height);
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = (random.Next(Width - 20), random.Next(Height - 20));
            Fill(pixels, random, x, y, Math.Min(Width, x + random.Next(10, 60)), Math.Min(Height, y + random.Next(10, 60)));
        }

        return new Raster(Width, Height, pixels).Encode();
    }

    /// <summary>As a server names a file: SHA-256 of its bytes.</summary>
    public static string IdOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static void Fill(byte[] pixels, Random random, int x0, int y0, int x1, int y1)
    {
        var (red, green, blue) = ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
        for (var y = y0; y < y1; y++)
        {
            for (var x = x0; x < x1; x++)
            {
                var at = ((y * Width) + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (red, green, blue);
            }
        }
    }
}
