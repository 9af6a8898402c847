using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Devices;

/// <summary>The host's processors and memory.</summary>
internal sealed unsafe class CpuDevice : Device
{
    // A cache line, and the widest vector register.
    private const int Alignment = 64;

    public static readonly CpuDevice Instance = new();

    private CpuDevice()
    {
    }

    public override DeviceName Name => DeviceName.Cpu;

    public override OrtMemoryInfo Memory => OrtMemoryInfo.DefaultInstance;

    public override DeviceBuffer Allocate(long bytes) =>
        new(this, (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment), bytes);

    public override void Copy(nint from, nint to, long bytes) => Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);

    // Several threads split an operation at places that depend on its size, and at the seams the last elements of a part
    // are rounded by scalar code, others by vector code.
    public override bool KeepsRowsApart(int threads) => threads == 1;

    internal override void Free(nint memory) => NativeMemory.AlignedFree((void*)memory);

    // ONNX Runtime always has its CPU provider. Its fused operation is slower than what it replaces: Layers.SkipNorm.
    protected override void Configure(SessionOptions options) =>
        options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
}
