using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Devices;

/// <summary>A processor that graphs run on and the memory that their tensors lie in.</summary>
public abstract class Device
{
    public abstract DeviceName Name { get; }

    /// <summary>Where <see cref="Allocate"/> puts things, as ONNX Runtime names it.</summary>
    public abstract OrtMemoryInfo Memory { get; }

    /// <summary>Sets memory aside; its content is undefined.</summary>
    public abstract DeviceBuffer Allocate(long bytes);

    /// <summary>Copies between any two of host and device memory; returns when it is done.</summary>
    public abstract void Copy(nint from, nint to, long bytes);

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">On the CPU, at least 1.</param>
    /// <param name="allowSpinning">See <see cref="DeviceOptions.AllowSpinning"/>.</param>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    public InferenceSession Open(string path, int threads, bool allowSpinning)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            InterOpNumThreads = 1,
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", allowSpinning ? "1" : "0");
        Configure(options);
        return new InferenceSession(path, options);
    }

    /// <summary>
    /// Whether one run over a batch gives every row the bits that it would get alone. Where it does not, a batch is run
    /// row by row, since a value must not depend on its neighbours.
    /// </summary>
    /// <param name="threads">As for <see cref="Open"/>.</param>
    public abstract bool KeepsRowsApart(int threads);

    /// <summary>Frees what <see cref="Allocate"/> gave.</summary>
    internal abstract void Free(nint memory);

    /// <summary>Adds the device's execution provider.</summary>
    protected abstract void Configure(SessionOptions options);
}
