using System.Runtime.InteropServices;

namespace Loupe.Engine.Families.Devices;

/// <summary>
/// The C library's allocator, from which features, prefixes, pictures and ONNX Runtime's own memory come.
/// <para>
/// Features and prefixes come and go in two sizes for as long as the process lives. glibc at first maps blocks of their
/// size one by one, but on the first that is freed it decides to keep such blocks in its arenas, which they fragment:
/// memory that was freed stays resident, a third of the feature budget and more. A fixed threshold keeps every large
/// block a mapping of its own, which goes back to the system when it is freed.
/// </para>
/// </summary>
public static partial class NativeHeap
{
    /// <summary>Blocks from this size on are mappings of their own: 64 KiB, less than features and prefixes have.</summary>
    public const int MappedFrom = 64 << 10;

    // Of malloc.h.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>
    /// Makes large blocks go back to the system when they are freed. False where somebody chose otherwise in the
    /// environment, or the C library is another, whose allocator does so anyway or cannot be told.
    /// </summary>
    public static bool GiveBackWhatIsFreed()
    {
        if (!OperatingSystem.IsLinux() || IsSet("MALLOC_MMAP_THRESHOLD_") || IsSet("GLIBC_TUNABLES"))
        {
            return false;
        }

        try
        {
            return SetOption(MapThreshold, MappedFrom) == 1 && SetOption(TrimThreshold, MappedFrom) == 1;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
