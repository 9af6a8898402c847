using NetVips;

namespace Loupe.Imaging;

/// <summary>libvips, made ready once for the process, and the steps by which Loupe uses it.</summary>
internal static class Vips
{
    // Anything that a decoder calls an error refuses the file, so that a truncated one is never half grey.
    private const string Strict = "fail_on=error";

    // sRGB by its built-in name; an embedded profile is followed to it, and pictures without one pass unchanged.
    private const string Srgb = "srgb";

    private static readonly Lazy<bool> Ready = new(Start);

    /// <summary>Opens a file in memory; pixels are decoded only when they are asked for.</summary>
    public static Image Open(byte[] file)
    {
        Ensure();
        return Image.NewFromBuffer(file, $"[{Strict}]");
    }

    /// <summary>
    /// Opens a file in memory to be read from top to bottom; a JPEG at an eighth of its size, for which every coefficient is read, but
    /// few pixels are made.
    /// </summary>
    public static Image OpenInOrder(byte[] file, PictureType type)
    {
        Ensure();
        return Image.NewFromBuffer(
            file, type == PictureType.Jpeg ? $"[{Strict},shrink=8]" : $"[{Strict}]", access: Enums.Access.Sequential);
    }

    /// <summary>Decodes a file upright into a square of <paramref name="size"/> pixels, no further than needed.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="size">Side of the square.</param>
    /// <param name="isSrgb">See <see cref="IsSrgb"/>: building profiles for such a file takes longer than scaling it, and changes
    /// nothing.</param>
    public static Image OpenWithin(byte[] file, int size, bool isSrgb)
    {
        Ensure();
        return Image.ThumbnailBuffer(file, size, optionString: Strict, height: size, outputProfile: isSrgb ? null : Srgb);
    }

    public static Image OpenSvg(byte[] svg)
    {
        Ensure();
        return Image.SvgloadBuffer(svg);
    }

    public static Image FromPixels(byte[] pixels, int width, int height, int bands)
    {
        Ensure();
        return Image.NewFromMemoryCopy(pixels, width, height, bands, Enums.BandFormat.Uchar);
    }

    /// <summary>Whether pixels are sRGB of 8 bits already and no profile says otherwise.</summary>
    public static bool IsSrgb(Image image) =>
        image is { Format: Enums.BandFormat.Uchar, Interpretation: Enums.Interpretation.Srgb } && !image.Contains("icc-profile-data");

    /// <summary>Whether a picture lies on its side by its EXIF orientation.</summary>
    public static bool IsTurned(Image image) => image.Contains("orientation") && image.Get("orientation") is int and >= 5 and <= 8;

    /// <summary>Three bands of 8 bits, sRGB; what is transparent becomes white.</summary>
    public static Image ToRgb(Image image)
    {
        using var coloured = image.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = coloured.HasAlpha() ? coloured.Flatten(background: [255, 255, 255]) : coloured.Copy();
        return opaque.Cast(Enums.BandFormat.Uchar);
    }

    /// <exception cref="DllNotFoundException">No libvips was found; the message says what to do.</exception>
    private static void Ensure() => _ = Ready.Value;

    private static bool Start()
    {
        // Warnings about odd files would go to standard error; what matters comes back as an exception.
        Environment.SetEnvironmentVariable("VIPS_WARNING", "0");
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new DllNotFoundException(
                "libvips, which decodes pictures, was not found. It comes with the build (package NetVips.Native) for Linux and "
                + "Windows on x64; elsewhere install it, for instance with 'apt install libvips42'.",
                ModuleInitializer.Exception);
        }

        // Pictures are decoded on many threads at once, so one decode stays on its thread; no picture is read twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;

        // libvips reads dozens of formats through libraries that see less scrutiny than these four.
        Operation.Block("VipsForeignLoad", true);
        Array.ForEach(
            ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadSvg"], format =>
                Operation.Block(format, false));
        return true;
    }
}
