using System.Runtime.InteropServices;
using System.Text;

namespace Loupe.Imaging.Native;

/// <summary>One reference to a libvips image; pixels are computed only when written somewhere.</summary>
internal sealed unsafe class VipsImage : SafeHandle
{
    // sRGB by its built-in name; an embedded profile is followed to it, and pictures without one pass unchanged.
    private const string Srgb = "srgb";

    // Anything that a decoder calls an error refuses the file, so that a truncated one is never half grey.
    private const string Strict = "fail_on=error";

    private VipsImage(nint image)
        : base(0, ownsHandle: true) => SetHandle(image);

    public override bool IsInvalid => handle == 0;

    public int Width => Vips.Width(this);

    public int Height => Vips.Height(this);

    /// <summary>Whether its pixels are sRGB of 8 bits already and no profile says otherwise.</summary>
    public bool IsSrgb =>
        Vips.Format(this) == Vips.FormatUchar && Vips.Interpretation(this) == Vips.InterpretationSrgb && Vips.TypeOf(this, "icc-profile-data") == 0;

    /// <summary>EXIF orientation, 1 to 8; 5 and more lie on their side.</summary>
    public int Orientation => Vips.Orientation(this);

    /// <summary>Opens a file in memory; the bytes must outlive the image and all made from it.</summary>
    public static VipsImage Open(byte* file, int length) => Checked(Vips.FromBuffer(file, (nuint)length, $"[{Strict}]", 0));

    /// <summary>Decodes a file upright into a square of <paramref name="size"/> pixels, no further than needed.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="size">Side of the square.</param>
    /// <param name="isSrgb">See <see cref="IsSrgb"/>: building profiles for such a file takes longer than scaling it, and changes nothing.</param>
    public static VipsImage OpenWithin(byte* file, int length, int size, bool isSrgb)
    {
        nint result;
        var status = isSrgb
            ? Vips.Thumbnail(file, (nuint)length, out result, size, "height", size, "option_string", Strict, 0)
            : Vips.Thumbnail(file, (nuint)length, out result, size, "height", size, "output_profile", Srgb, "option_string", Strict, 0);
        return Checked(status, result);
    }

    public static VipsImage OpenSvg(byte* svg, int length) => Checked(Vips.LoadSvg(svg, (nuint)length, out var result, 0), result);

    public static VipsImage FromPixels(ReadOnlySpan<byte> rgb, int width, int height)
    {
        fixed (byte* pixels = rgb)
        {
            return Checked(Vips.FromPixels(pixels, (nuint)rgb.Length, width, height, rgb.Length / (width * height), Vips.FormatUchar));
        }
    }

    public VipsImage Upright() => Checked(Vips.Autorotate(this, out var result, 0), result);

    /// <summary>This under another image of the same size.</summary>
    public VipsImage Under(VipsImage above) => Checked(Vips.Composite(this, above, out var result, Vips.BlendOver, 0), result);

    /// <summary>The same colours in another of libvips' colour spaces.</summary>
    public VipsImage To(int space) => Checked(Vips.ToColourSpace(this, out var result, space, 0), result);

    /// <summary>Three bands of 8 bits, sRGB; what is transparent becomes white.</summary>
    public VipsImage ToRgb()
    {
        using var coloured = To(Vips.InterpretationSrgb);
        using var opaque = coloured.OverWhite();
        return Checked(Vips.Cast(opaque, out var result, Vips.FormatUchar, 0), result);
    }

    /// <summary>The pixels, row by row.</summary>
    public void Write(WritePixels write)
    {
        var pixels = Vips.ToPixels(this, out var length);
        if (pixels is null)
        {
            throw Failure();
        }

        try
        {
            write(new ReadOnlySpan<byte>(pixels, checked((int)length)), Width, Height, Vips.Bands(this));
        }
        finally
        {
            Vips.Free(pixels);
        }
    }

    /// <summary>The image as a file; the suffix (<c>.png</c>) says which kind.</summary>
    public byte[] ToFile(string suffix)
    {
        if (Vips.ToBuffer(this, suffix, out var file, out var length, 0) != 0)
        {
            throw Failure();
        }

        try
        {
            return new ReadOnlySpan<byte>(file, checked((int)length)).ToArray();
        }
        finally
        {
            Vips.Free(file);
        }
    }

    /// <summary>What libvips last complained of. The buffer is the process's, so it may hold a neighbour's words too.</summary>
    public static string TakeError()
    {
        var text = Vips.TakeError();
        try
        {
            return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text)).Trim().ReplaceLineEndings("; ");
        }
        finally
        {
            Vips.Free(text);
        }
    }

    protected override bool ReleaseHandle()
    {
        Vips.Unref(handle);
        return true;
    }

    private VipsImage OverWhite()
    {
        if (Vips.HasAlpha(this) == 0)
        {
            return Checked(Vips.Cast(this, out var same, Vips.FormatUchar, 0), same);
        }

        ReadOnlySpan<double> white = [255, 255, 255];
        fixed (double* values = white)
        {
            var array = Vips.NewArray(values, white.Length);
            try
            {
                return Checked(Vips.Flatten(this, out var result, "background", array, 0), result);
            }
            finally
            {
                Vips.FreeArray(array);
            }
        }
    }

    private static VipsImage Checked(int status, nint result) => status == 0 ? new(result) : throw Failure();

    private static VipsImage Checked(nint image) => image != 0 ? new(image) : throw Failure();

    private static VipsException Failure() => new(TakeError());
}

/// <summary>Receives pixels that live only during the call.</summary>
internal delegate void WritePixels(ReadOnlySpan<byte> pixels, int width, int height, int bands);

/// <summary>libvips refused; its caller knows what that means.</summary>
internal sealed class VipsException(string message) : Exception(message);
