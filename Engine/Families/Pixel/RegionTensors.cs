using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>What one worker of the region stage writes its prompts to, and gathers batches in. One thread at a time.</summary>
/// <param name="slots">How prompts are laid out.</param>
/// <param name="length">Positions of a prefix.</param>
/// <param name="maxBatch">Prompts of one run.</param>
/// <param name="features">For features of a batch; taken over.</param>
/// <param name="prefixes">For prefixes of a batch; taken over.</param>
internal sealed class RegionTensors(PromptSlots slots, int length, int maxBatch, DeviceBuffer features, DeviceBuffer prefixes) : IDisposable
{
    private readonly DeviceBuffer _boxes = CpuDevice.Instance.Allocate(4L * maxBatch * slots.Count * sizeof(float));
    private readonly DeviceBuffer _kinds = CpuDevice.Instance.Allocate((long)maxBatch * slots.Count * sizeof(long));
    private readonly DeviceBuffer _owners = CpuDevice.Instance.Allocate((long)maxBatch * slots.Count * sizeof(long));
    private readonly DeviceBuffer _copies = CpuDevice.Instance.Allocate((long)maxBatch * slots.Count * sizeof(float));
    private readonly DeviceBuffer _rows = CpuDevice.Instance.Allocate((long)length * sizeof(long));

    public DeviceBuffer Features => features;

    public DeviceBuffer Prefixes => prefixes;

    /// <summary>Writes prompts of equally many distinct slots.</summary>
    public void Write(IReadOnlyList<RegionReading> batch, int distinct)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            slots.Write(
                batch[row].Prompt.Regions,
                _boxes.AsSpan<float>().Slice(row * distinct * 4, distinct * 4),
                _kinds.AsSpan<long>().Slice(row * distinct, distinct),
                _owners.AsSpan<long>().Slice(row * distinct, distinct),
                _copies.AsSpan<float>().Slice(row * distinct, distinct));
        }

        slots.Arrange(distinct, _rows.AsSpan<long>());
    }

    /// <summary>What was written as the graph reads it.</summary>
    public Bound Bind(int rows, int distinct) => new(
        _boxes.Tensor(TensorElementType.Float, [rows, distinct, 4]),
        _kinds.Tensor(TensorElementType.Int64, [rows, distinct]),
        _owners.Tensor(TensorElementType.Int64, [rows, distinct]),
        _copies.Tensor(TensorElementType.Float, [rows, distinct]),
        _rows.Tensor(TensorElementType.Int64, [length]));

    public void Dispose()
    {
        features.Dispose();
        prefixes.Dispose();
        _boxes.Dispose();
        _kinds.Dispose();
        _owners.Dispose();
        _copies.Dispose();
        _rows.Dispose();
    }

    /// <summary>boxes [B, M, 4], kinds, owners, copies [B, M], rows [P].</summary>
    internal readonly record struct Bound(OrtValue Boxes, OrtValue Kinds, OrtValue Owners, OrtValue Copies, OrtValue Rows) : IDisposable
    {
        public void Dispose()
        {
            Boxes.Dispose();
            Kinds.Dispose();
            Owners.Dispose();
            Copies.Dispose();
            Rows.Dispose();
        }
    }
}
