using System.Reflection;
using System.Runtime.InteropServices;

namespace Loupe.Imaging.Native;

/// <summary>Finds libvips under any of its names and makes it ready, once for the process.</summary>
internal static class VipsLibrary
{
    // NetVips.Native, the npm package and a distribution each call the same library something else.
    private static readonly string[] Names =
        ["libvips.so.42", "libvips-cpp.so.8.18.7", "libvips-42.dll", "libvips.42.dylib", "libvips.so", "vips"];

    private static readonly Lock Gate = new();
    private static volatile bool _ready;

    // A resolver can be set only once, whereas a start that failed is tried again.
    static VipsLibrary() => NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);

    /// <summary>Loads and initializes libvips at the first call; costs nothing afterwards.</summary>
    /// <exception cref="DllNotFoundException">No libvips was found; the message says what to do.</exception>
    public static void Ensure()
    {
        if (_ready)
        {
            return;
        }

        lock (Gate)
        {
            if (!_ready)
            {
                Start();
                _ready = true;
            }
        }
    }

    private static void Start()
    {
        // Warnings about odd files would go to standard error; what matters comes back as an exception.
        _ = Vips.SetEnvironment("VIPS_WARNING", "0", 1);
        if (Vips.Init("loupe") != 0)
        {
            throw new DllNotFoundException($"libvips was found but did not start: {VipsImage.TakeError()}");
        }

        // Pictures are decoded on many threads at once, so one decode stays on its thread; no picture is read twice.
        Vips.SetConcurrency(1);
        Vips.SetCacheMax(0);

        // libvips reads dozens of formats through libraries that see less scrutiny than these four.
        Vips.Block("VipsForeignLoad", 1);
        Vips.Block("VipsForeignLoadJpeg", 0);
        Vips.Block("VipsForeignLoadPng", 0);
        Vips.Block("VipsForeignLoadWebp", 0);
        Vips.Block("VipsForeignLoadSvg", 0);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Vips.Library)
        {
            return 0;
        }

        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, paths, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            $"libvips, which decodes pictures, was not found under any of its names ({string.Join(", ", Names)}). "
            + "It comes with the build (package NetVips.Native) for Linux and Windows on x64; "
            + "elsewhere install it, for instance with 'apt install libvips42'.");
    }
}
