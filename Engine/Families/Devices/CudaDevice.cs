using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Devices;

/// <summary>
/// One NVIDIA GPU and its memory. <b>Not exercised on a GPU yet</b>: written from the documentation of ONNX Runtime and
/// of the CUDA runtime; what was run is only that it steps aside where there is no CUDA.
/// </summary>
internal sealed class CudaDevice : Device
{
    private readonly int _ordinal;

    private CudaDevice(int ordinal)
    {
        _ordinal = ordinal;
        Memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, ordinal, OrtMemType.Default);
    }

    public override DeviceName Name => new(true, _ordinal, false);

    public override OrtMemoryInfo Memory { get; }

    /// <summary>Loads the CUDA provider of ONNX Runtime and the CUDA runtime.</summary>
    /// <exception cref="DeviceException">Either cannot be loaded, or there is no such GPU.</exception>
    public static CudaDevice Open(int ordinal)
    {
        // Asked first, for ONNX Runtime writes an error of its own where it finds them missing.
        if (CudaRuntime.Missing() is { Count: > 0 } missing)
        {
            throw Unusable(ordinal, $"{string.Join(", ", missing)} cannot be loaded.", null);
        }

        try
        {
            var device = new CudaDevice(ordinal);
            using var options = new SessionOptions();
            device.Configure(options);
            device.Allocate(1).Dispose();
            return device;
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw Unusable(ordinal, e.Message.ReplaceLineEndings(" ").Trim(), e);
        }
    }

    private static DeviceException Unusable(int ordinal, string why, Exception? cause) => new(
        $"cuda:{ordinal} cannot be used: {why} It needs an NVIDIA driver, CUDA 13 and cuDNN 9. Set Device to 'cpu' or 'auto' to do "
            + "without.",
        cause);

    public override DeviceBuffer Allocate(long bytes)
    {
        CudaRuntime.Check(CudaRuntime.SetDevice(_ordinal), "cudaSetDevice");
        CudaRuntime.Check(CudaRuntime.Allocate(out var address, (nuint)bytes), "cudaMalloc");
        return new(this, address, bytes);
    }

    public override void Copy(nint from, nint to, long bytes)
    {
        CudaRuntime.Check(CudaRuntime.SetDevice(_ordinal), "cudaSetDevice");
        CudaRuntime.Check(CudaRuntime.Copy(to, from, (nuint)bytes, CudaRuntime.AnyDirection), "cudaMemcpy");

        // A copy within the device returns before it is done, and ONNX Runtime's streams do not wait for it.
        CudaRuntime.Check(CudaRuntime.SynchronizeStream(0), "cudaStreamSynchronize");
    }

    // Batches are what a GPU is for. Whether its kernels keep rows apart to the bit is yet to be tested on one.
    public override bool KeepsRowsApart(int threads) => true;

    internal override void Free(nint memory) => _ = CudaRuntime.Free(memory);

    protected override void Configure(SessionOptions options) => options.AppendExecutionProvider_CUDA(_ordinal);
}
