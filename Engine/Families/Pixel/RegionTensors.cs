using Loupe.Engine.Families.Devices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>What one worker of the region stage writes its prompts to, and gathers batches in. One thread at a time.</summary>
/// <param name="slots">How prompts are laid out.</param>
/// <param name="maxBatch">Prompts of one run.</param>
/// <param name="features">For features of a batch; taken over.</param>
/// <param name="prefixes">For prefixes of a batch; taken over.</param>
internal sealed class RegionTensors(PromptSlots slots, int maxBatch, DeviceBuffer features, DeviceBuffer prefixes) : IDisposable
{
    private readonly DeviceBuffer _boxes = CpuDevice.Instance.Allocate(4L * maxBatch * slots.Count * sizeof(float));
    private readonly DeviceBuffer _kinds = CpuDevice.Instance.Allocate((long)maxBatch * slots.Count * sizeof(long));
    private readonly DeviceBuffer _owners = CpuDevice.Instance.Allocate((long)maxBatch * slots.Count * sizeof(long));

    public DeviceBuffer Features => features;

    public DeviceBuffer Prefixes => prefixes;

    /// <summary>Writes a prompt to a row.</summary>
    public void Write(int row, RegionPrompt prompt)
    {
        var count = slots.Count;
        slots.Write(
            prompt,
            _boxes.AsSpan<float>().Slice(row * count * 4, count * 4),
            _kinds.AsSpan<long>().Slice(row * count, count),
            _owners.AsSpan<long>().Slice(row * count, count));
    }

    /// <summary>The first rows as the graph reads them.</summary>
    public Bound Bind(int rows) => new(
        _boxes.Tensor(TensorElementType.Float, [rows, slots.Count, 4]),
        _kinds.Tensor(TensorElementType.Int64, [rows, slots.Count]),
        _owners.Tensor(TensorElementType.Int64, [rows, slots.Count]));

    public void Dispose()
    {
        features.Dispose();
        prefixes.Dispose();
        _boxes.Dispose();
        _kinds.Dispose();
        _owners.Dispose();
    }

    /// <summary>boxes [B, S, 4], kinds [B, S], owners [B, S].</summary>
    internal readonly record struct Bound(OrtValue Boxes, OrtValue Kinds, OrtValue Owners) : IDisposable
    {
        public void Dispose()
        {
            Boxes.Dispose();
            Kinds.Dispose();
            Owners.Dispose();
        }
    }
}
