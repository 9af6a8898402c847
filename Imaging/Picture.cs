using System.Text;
using NetVips;

namespace Loupe.Imaging;

/// <summary>
/// Picture files: their header, their pixels, and drawings over them. Any thread; one call stays on its thread.
/// </summary>
/// <remarks>
/// Pixels are always upright (EXIF orientation applied), 8-bit sRGB (grey, CMYK, 16-bit and other profiles are
/// converted) and opaque (what is transparent becomes white, as most pages show it). Animations give their first frame.
/// </remarks>
public static class Picture
{
    /// <summary>Reads what a file says of itself, without decoding pixels.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">Not a picture, damaged in its header, or beyond a limit.</exception>
    public static PictureHeader ReadHeader(ReadOnlySpan<byte> file, PictureLimits? limits = null) => ReadHeader(file, limits, out _);

    /// <summary>Reads a file to its end, row after row, without keeping or scaling what it shows.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">Not a whole picture, or beyond a limit.</exception>
    public static PictureHeader Verify(ReadOnlySpan<byte> file, PictureLimits? limits = null)
    {
        var header = ReadHeader(file, limits);
        try
        {
            // The last pixel: a decoder has been through everything before it.
            using var image = Vips.OpenInOrder(file.ToArray(), header.Type);
            using var last = image.ExtractArea(image.Width - 1, image.Height - 1, 1, 1);
            last.WriteToMemory<byte>();
        }
        catch (VipsException e)
        {
            throw Damaged(header.Type, e);
        }

        return header;
    }

    /// <summary>
    /// Decodes a file into a square: scaled so that its longer side fills it (Lanczos, from the smallest version that
    /// the file offers), placed at the top left, the rest in the padding colour.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="size">Side of the square in pixels.</param>
    /// <param name="pad">Red, green and blue of the padding.</param>
    /// <param name="rgb">Receives size × size × 3 bytes.</param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <returns>The header, with the size of the picture before scaling.</returns>
    /// <exception cref="PictureException">Not a whole picture, or beyond a limit.</exception>
    public static PictureHeader Letterbox(
        ReadOnlySpan<byte> file, int size, (byte R, byte G, byte B) pad, Span<byte> rgb, PictureLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, size * size * 3);
        var header = ReadHeader(file, limits, out var isSrgb);
        try
        {
            using var scaled = Vips.OpenWithin(file.ToArray(), size, isSrgb);
            using var pixels = Vips.ToRgb(scaled);
            Pad(pixels.WriteToMemory<byte>(), Math.Min(pixels.Width, size), pixels.Height, pixels.Width, rgb, size, pad);
        }
        catch (VipsException e)
        {
            throw Damaged(header.Type, e);
        }

        return header;
    }

    /// <summary>
    /// Decodes a file and stretches it to a square, whatever its sides are: see <see cref="Bicubic"/>.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="size">Side of the square in pixels.</param>
    /// <param name="rgb">Receives size × size × 3 bytes.</param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <returns>The header, with the size of the picture before scaling.</returns>
    /// <exception cref="PictureException">Not a whole picture, or beyond a limit.</exception>
    public static PictureHeader Stretch(ReadOnlySpan<byte> file, int size, Span<byte> rgb, PictureLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, size * size * 3);
        var header = ReadHeader(file, limits);
        var raster = Decode(file, limits);
        Bicubic.Scale(raster.Rgb, raster.Width, raster.Height, size, size, rgb);
        return header;
    }

    /// <summary>Decodes a file at its full size.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">Not a whole picture, or beyond a limit.</exception>
    public static Raster Decode(ReadOnlySpan<byte> file, PictureLimits? limits = null)
    {
        var header = ReadHeader(file, limits);
        try
        {
            using var image = Vips.Open(file.ToArray());
            using var upright = image.Autorot();
            using var rgb = Vips.ToRgb(upright);
            return new Raster(rgb.Width, rgb.Height, rgb.WriteToMemory<byte>());
        }
        catch (VipsException e)
        {
            throw Damaged(header.Type, e);
        }
    }

    /// <summary>Draws an SVG document over a picture and returns the result as a PNG file.</summary>
    /// <param name="file">The whole picture file.</param>
    /// <param name="svg">
    /// A drawing whose <c>width</c> and <c>height</c> are the picture's in pixels. It must be the program's own: text
    /// that others wrote has to be escaped.
    /// </param>
    /// <param name="limits">Null for <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">Not a whole picture, or beyond a limit.</exception>
    /// <exception cref="ArgumentException">The drawing is not valid SVG.</exception>
    public static byte[] Overlay(ReadOnlySpan<byte> file, string svg, PictureLimits? limits = null)
    {
        var raster = Decode(file, limits);
        using var picture = Vips.FromPixels(raster.Rgb, raster.Width, raster.Height, 3);
        try
        {
            using var above = Vips.OpenSvg(Encoding.UTF8.GetBytes(svg));
            using var together = picture.Composite2(above, Enums.BlendMode.Over);
            using var rgb = Vips.ToRgb(together);
            return rgb.WriteToBuffer(PictureType.Png.Suffix());
        }
        catch (VipsException e)
        {
            throw new ArgumentException($"The drawing could not be rendered: {e.Message}", nameof(svg), e);
        }
    }

    private static PictureHeader ReadHeader(ReadOnlySpan<byte> file, PictureLimits? limits, out bool isSrgb)
    {
        limits ??= PictureLimits.Default;
        var type = PictureTypes.Sniff(file) ?? throw new PictureException(
            PictureFault.NotAPicture, "This is not a JPEG, PNG or WebP file.");
        if (file.Length > limits.MaxBytes)
        {
            throw new PictureException(
                PictureFault.TooManyBytes, $"The file has {file.Length} bytes; at most {limits.MaxBytes} are accepted.");
        }

        PictureHeader header;
        try
        {
            using var image = Vips.Open(file.ToArray());
            isSrgb = Vips.IsSrgb(image);
            header = Vips.IsTurned(image) ? new(type, image.Height, image.Width) : new(type, image.Width, image.Height);
        }
        catch (VipsException e)
        {
            throw Damaged(type, e);
        }

        return header.Pixels <= limits.MaxPixels ? header : throw new PictureException(
            PictureFault.TooManyPixels,
            $"The picture is {header.Width} × {header.Height} pixels; at most {limits.MaxPixels} pixels in all are accepted.");
    }

    private static void Pad(
        ReadOnlySpan<byte> pixels, int width, int height, int stride, Span<byte> square, int size, (byte R, byte G, byte B) pad)
    {
        for (var i = 0; i < square.Length; i += 3)
        {
            (square[i], square[i + 1], square[i + 2]) = pad;
        }

        for (var y = 0; y < Math.Min(height, size); y++)
        {
            pixels.Slice(y * stride * 3, width * 3).CopyTo(square[(y * size * 3)..]);
        }
    }

    private static PictureException Damaged(PictureType type, VipsException e) => new(
        PictureFault.Truncated, $"The {type.ToString().ToUpperInvariant()} file is truncated or damaged.", e);
}
