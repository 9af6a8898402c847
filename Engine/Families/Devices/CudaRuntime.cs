using System.Reflection;
using System.Runtime.InteropServices;

namespace Loupe.Engine.Families.Devices;

/// <summary>The few functions of the CUDA runtime that ONNX Runtime has no way to ask for.</summary>
internal static partial class CudaRuntime
{
    /// <summary>The runtime tells the direction of a copy from the addresses.</summary>
    public const int AnyDirection = 4;

    private const string Library = "cudart";

    private static readonly string[] Names = ["libcudart.so.13", "libcudart.so.12", "libcudart.so", "cudart64_13.dll", "cudart64_12.dll"];

    // The driver, and what libonnxruntime_providers_cuda.so is linked to or opens.
    private static readonly string[] Needed =
        ["libcuda.so.1", "libcublasLt.so.13", "libcublas.so.13", "libcudart.so.13", "libcurand.so.10", "libcudnn.so.9"];

    static CudaRuntime() => NativeLibrary.SetDllImportResolver(typeof(CudaRuntime).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "cudaSetDevice")]
    public static partial int SetDevice(int ordinal);

    [LibraryImport(Library, EntryPoint = "cudaMalloc")]
    public static partial int Allocate(out nint address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaFree")]
    public static partial int Free(nint address);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy")]
    public static partial int Copy(nint to, nint from, nuint bytes, int direction);

    [LibraryImport(Library, EntryPoint = "cudaStreamSynchronize")]
    public static partial int SynchronizeStream(nint stream);

    /// <exception cref="DeviceException">The call failed.</exception>
    public static void Check(int status, string call)
    {
        if (status != 0)
        {
            throw new DeviceException($"{call} failed with CUDA error {status}; 'nvidia-smi' shows the state of the GPUs.");
        }
    }

    /// <summary>What of the driver and of the libraries behind ONNX Runtime's provider this machine lacks.</summary>
    public static IReadOnlyList<string> Missing() =>
        OperatingSystem.IsLinux() ? [.. Needed.Where(library => !NativeLibrary.TryLoad(library, out _))] : [];

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Library)
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

        throw new DllNotFoundException($"The CUDA runtime was not found under any of its names ({string.Join(", ", Names)}).");
    }
}
