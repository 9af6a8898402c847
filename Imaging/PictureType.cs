namespace Loupe.Imaging;

/// <summary>The kinds of picture file that are read.</summary>
public enum PictureType
{
    Jpeg,
    Png,
    WebP,
}

/// <summary>Names and signatures of picture files.</summary>
public static class PictureTypes
{
    /// <summary>The kind of a file by its first bytes, or null where it is none of them.</summary>
    public static PictureType? Sniff(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureType.Jpeg;
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureType.Png;
        }

        return file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? PictureType.WebP : null;
    }

    /// <summary><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</summary>
    public static string MediaType(this PictureType type) => type switch
    {
        PictureType.Jpeg => "image/jpeg",
        PictureType.Png => "image/png",
        _ => "image/webp",
    };

    internal static string Suffix(this PictureType type) => type switch
    {
        PictureType.Jpeg => ".jpg",
        PictureType.Png => ".png",
        _ => ".webp",
    };
}
