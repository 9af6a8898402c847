using System.Runtime.InteropServices;

namespace Loupe.Imaging.Native;

/// <summary>
/// libvips, as far as Loupe needs it. Operations are variadic in C: each signature here is one way of calling it, with
/// the names of the optional arguments as strings and a null at the end. Integers and pointers only, which the calling
/// conventions of Linux and Windows pass alike with and without <c>...</c>; on macOS for Arm they differ, so it is not
/// supported there.
/// </summary>
internal static unsafe partial class Vips
{
    public const string Library = "vips";

    public const int FormatUchar = 0;
    public const int InterpretationSrgb = 22;
    public const int BlendOver = 2;

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string name);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMax(int operations);

    [LibraryImport(Library, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Block(string operation, int blocked);

    [LibraryImport(Library, EntryPoint = "vips_version")]
    public static partial int Version(int part);

    [LibraryImport(Library, EntryPoint = "g_setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint instance);

    [LibraryImport(Library, EntryPoint = "g_free")]
    public static partial void Free(void* memory);

    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    public static partial byte* TakeError();

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_orientation")]
    public static partial int Orientation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    public static partial int HasAlpha(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    public static partial int Format(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    public static partial int Interpretation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TypeOf(VipsImage image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_buffer", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FromBuffer(byte* buffer, nuint length, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory_copy")]
    public static partial nint FromPixels(byte* pixels, nuint length, int width, int height, int bands, int format);

    [LibraryImport(Library, EntryPoint = "vips_thumbnail_buffer", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Thumbnail(
        byte* buffer, nuint length, out nint result, int width, string heightName, int height,
        string profileName, string profile, string optionsName, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_thumbnail_buffer", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Thumbnail(
        byte* buffer, nuint length, out nint result, int width, string heightName, int height, string optionsName, string options, nint end);

    [LibraryImport(Library, EntryPoint = "vips_svgload_buffer")]
    public static partial int LoadSvg(byte* buffer, nuint length, out nint result, nint end);

    [LibraryImport(Library, EntryPoint = "vips_autorot")]
    public static partial int Autorotate(VipsImage image, out nint result, nint end);

    [LibraryImport(Library, EntryPoint = "vips_colourspace")]
    public static partial int ToColourSpace(VipsImage image, out nint result, int space, nint end);

    [LibraryImport(Library, EntryPoint = "vips_cast")]
    public static partial int Cast(VipsImage image, out nint result, int format, nint end);

    [LibraryImport(Library, EntryPoint = "vips_array_double_new")]
    public static partial nint NewArray(double* values, int count);

    [LibraryImport(Library, EntryPoint = "vips_area_unref")]
    public static partial void FreeArray(nint array);

    [LibraryImport(Library, EntryPoint = "vips_flatten", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Flatten(VipsImage image, out nint result, string backgroundName, nint background, nint end);

    [LibraryImport(Library, EntryPoint = "vips_composite2")]
    public static partial int Composite(VipsImage below, VipsImage above, out nint result, int mode, nint end);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    public static partial byte* ToPixels(VipsImage image, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_buffer", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ToBuffer(VipsImage image, string suffix, out byte* buffer, out nuint length, nint end);
}
