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
    private readonly bool _together;
    private readonly DeviceBuffer _features;
    private readonly DeviceBuffer _boxes;
    private readonly DeviceBuffer _kinds;
    private readonly DeviceBuffer _owners;
    private readonly DeviceBuffer _prefixes;

    /// <summary>Takes over the graph.</summary>
    /// <param name="manifest">Sizes.</param>
    /// <param name="graph">Of the region stage.</param>
    /// <param name="device">Where features lie.</param>
    /// <param name="decodeDevice">Where prefixes lie.</param>
    /// <param name="featureShape">Of one picture's features.</param>
    /// <param name="maxBatch">Prompts of one call.</param>
    /// <param name="together">Whether a batch is one run of the graph; else each prompt is.</param>
    public PixelRegionReader(
        PixelManifest manifest, Graph graph, Device device, Device decodeDevice, TensorShape featureShape, int maxBatch, bool together)
    {
        _slots = new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions);
        _graph = graph;
        _decodeDevice = decodeDevice;
        _featureShape = featureShape;
        MaxBatch = maxBatch;
        _together = together && maxBatch > 1;
        var prefix = manifest.Prefix;
        Shape = new TensorShape(TensorType.Float32, prefix.Layers, 2, prefix.KvHeads, prefix.Length, prefix.HeadWidth);
        _features = device.Allocate(_together ? maxBatch * featureShape.Bytes : 1);
        _boxes = CpuDevice.Instance.Allocate(4L * maxBatch * _slots.Count * sizeof(float));
        _kinds = CpuDevice.Instance.Allocate((long)maxBatch * _slots.Count * sizeof(long));
        _owners = CpuDevice.Instance.Allocate((long)maxBatch * _slots.Count * sizeof(long));
        _prefixes = decodeDevice.Allocate(_together ? maxBatch * Shape.Bytes : 1);
    }

    public int MaxBatch { get; }

    /// <summary>Of one prefix.</summary>
    public TensorShape Shape { get; }

    public void Check(RegionPrompt prompt) => _slots.Check(prompt);

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MaxBatch);
        return batch.Count > 1 && _together ? ReadTogether(batch) : [.. batch.Select(Read)];
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

    private DeviceTensor Read(RegionReading reading)
    {
        Write(0, reading.Prompt);
        var value = _decodeDevice.Allocate(Shape.Bytes);
        Run(((DeviceTensor)reading.Features).Buffer, value, 1);
        return new DeviceTensor(value, Shape);
    }

    private StageValue[] ReadTogether(IReadOnlyList<RegionReading> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Write(i, batch[i].Prompt);
            _features.CopyFrom(((DeviceTensor)batch[i].Features).Buffer.Address, _featureShape.Bytes, i * _featureShape.Bytes);
        }

        Run(_features, _prefixes, batch.Count);
        var values = new StageValue[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            value.CopyFrom((nint)(_prefixes.Address + (i * Shape.Bytes)), Shape.Bytes);
            values[i] = new DeviceTensor(value, Shape);
        }

        return values;
    }

    private void Write(int row, RegionPrompt prompt)
    {
        var count = _slots.Count;
        _slots.Write(
            prompt,
            _boxes.AsSpan<float>().Slice(row * count * 4, count * 4),
            _kinds.AsSpan<long>().Slice(row * count, count),
            _owners.AsSpan<long>().Slice(row * count, count));
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
