using Loupe.Engine.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Features + region prompts → prefixes [L, 2, H, P, dh], in the memory that the decoder reads.</summary>
internal sealed class PixelRegionReader : IRegionReader, IDisposable
{
    private readonly PromptSlots _slots;
    private readonly Graph _graph;
    private readonly Device _decodeDevice;
    private readonly TensorShape _featureShape;
    private readonly DeviceBuffer _features;
    private readonly DeviceBuffer _boxes;
    private readonly DeviceBuffer _kinds;
    private readonly DeviceBuffer _owners;
    private readonly DeviceBuffer _prefixes;

    /// <summary>Takes over the graph.</summary>
    public PixelRegionReader(PixelManifest manifest, Graph graph, Device device, Device decodeDevice, TensorShape featureShape, int maxBatch)
    {
        _slots = new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions);
        _graph = graph;
        _decodeDevice = decodeDevice;
        _featureShape = featureShape;
        MaxBatch = maxBatch;
        var prefix = manifest.Prefix;
        Shape = new TensorShape(TensorType.Float32, prefix.Layers, 2, prefix.KvHeads, prefix.Length, prefix.HeadWidth);
        _features = device.Allocate(maxBatch * featureShape.Bytes);
        _boxes = CpuDevice.Instance.Allocate(4L * maxBatch * _slots.Count * sizeof(float));
        _kinds = CpuDevice.Instance.Allocate((long)maxBatch * _slots.Count * sizeof(long));
        _owners = CpuDevice.Instance.Allocate((long)maxBatch * _slots.Count * sizeof(long));
        _prefixes = decodeDevice.Allocate(maxBatch * Shape.Bytes);
    }

    public int MaxBatch { get; }

    /// <summary>Of one prefix.</summary>
    public TensorShape Shape { get; }

    public void Check(RegionPrompt prompt) => _slots.Check(prompt);

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MaxBatch);
        var count = _slots.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            _slots.Write(
                batch[i].Prompt,
                _boxes.AsSpan<float>().Slice(i * count * 4, count * 4),
                _kinds.AsSpan<long>().Slice(i * count, count),
                _owners.AsSpan<long>().Slice(i * count, count));
        }

        var values = new StageValue[batch.Count];
        if (batch.Count == 1)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            Run(((DeviceTensor)batch[0].Features).Buffer, value, 1);
            values[0] = new DeviceTensor(value, Shape);
            return values;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            _features.CopyFrom(((DeviceTensor)batch[i].Features).Buffer.Address, _featureShape.Bytes, i * _featureShape.Bytes);
        }

        Run(_features, _prefixes, batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            value.CopyFrom((nint)(_prefixes.Address + (i * Shape.Bytes)), Shape.Bytes);
            values[i] = new DeviceTensor(value, Shape);
        }

        return values;
    }

    public void Dispose()
    {
        _graph.Dispose();
        _features.Dispose();
        _boxes.Dispose();
        _kinds.Dispose();
        _owners.Dispose();
        _prefixes.Dispose();
    }

    private void Run(DeviceBuffer features, DeviceBuffer prefixes, int rows)
    {
        using var input = features.Tensor(_featureShape.ElementType, _featureShape.Batch(rows));
        using var boxes = _boxes.Tensor(TensorElementType.Float, [rows, _slots.Count, 4]);
        using var kinds = _kinds.Tensor(TensorElementType.Int64, [rows, _slots.Count]);
        using var owners = _owners.Tensor(TensorElementType.Int64, [rows, _slots.Count]);
        using var output = prefixes.Tensor(Shape.ElementType, Shape.Batch(rows));
        _graph.Run([input, boxes, kinds, owners], [output]);
    }
}
