namespace Loupe.Imaging;

/// <summary>Decoded pixels: 8-bit sRGB, three bytes a pixel, row by row from the top left.</summary>
public sealed class Raster
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="rgb">width × height × 3 bytes.</param>
    public Raster(int width, int height, byte[] rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"{width} × {height} pixels are {(long)width * height * 3} bytes, not {rgb.Length}.", nameof(rgb));
        }

        Width = width;
        Height = height;
        Rgb = rgb;
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Rgb { get; }

    /// <summary>The red, green and blue of one pixel.</summary>
    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * 3;
            return (Rgb[at], Rgb[at + 1], Rgb[at + 2]);
        }
    }

    /// <summary>Writes a file of the given kind, at libvips' usual quality.</summary>
    public byte[] Encode(PictureType type = PictureType.Png)
    {
        using var image = Vips.FromPixels(Rgb, Width, Height, 3);
        return image.WriteToBuffer(type.Suffix());
    }
}
