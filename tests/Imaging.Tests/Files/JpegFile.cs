using NetVips;

namespace Loupe.Imaging.Tests.Files;

/// <summary>JPEG files of the kinds that cameras and printers make.</summary>
internal static class JpegFile
{
    /// <summary>Inserts an EXIF segment that says how the camera was held, 1 to 8.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8,
            0, 1, // one entry: tag 0x0112, short, one value
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
            0, 0, 0, 0,
        ];
        var length = exif.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. exif, .. jpeg[2..]];
    }

    /// <summary>The same picture in the four inks of print.</summary>
    public static byte[] Cmyk(Raster raster)
    {
        using var image = Vips.FromPixels(raster.Rgb, raster.Width, raster.Height, 3);
        using var srgb = Vips.ToRgb(image);
        using var inks = srgb.Colourspace(Enums.Interpretation.Cmyk);
        return inks.WriteToBuffer(".jpg");
    }
}
