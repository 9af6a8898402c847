using System.Collections.Concurrent;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Features + region prompts → prefixes [L, 2, H, P, dh], in the memory that the decoder reads.</summary>
internal sealed class PixelRegionReader : IRegionReader, IDisposable
{
    private readonly PromptSlots _slots;
    private readonly Graph _graph;
    private readonly Device _decodeDevice;
    private readonly TensorShape _featureShape;
    private readonly bool _together;
    private readonly ConcurrentBag<RegionTensors> _tensors = [];

    /// <summary>Takes over the graph.</summary>
    /// <param name="manifest">Sizes.</param>
    /// <param name="graph">Of the region stage.</param>
    /// <param name="device">Where features lie.</param>
    /// <param name="decodeDevice">Where prefixes lie.</param>
    /// <param name="featureShape">Of one picture's features.</param>
    /// <param name="maxBatch">Prompts of one call.</param>
    /// <param name="workers">Calls at once.</param>
    public PixelRegionReader(
        PixelManifest manifest, Graph graph, Device device, Device decodeDevice, TensorShape featureShape, int maxBatch, int workers)
    {
        _slots = new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions);
        _graph = graph;
        _decodeDevice = decodeDevice;
        _featureShape = featureShape;
        (MaxBatch, Workers) = (maxBatch, workers);
        _together = maxBatch > 1;
        IsOnHost = !device.Name.IsCuda;
        var prefix = manifest.Prefix;
        Shape = new TensorShape(TensorType.Float32, prefix.Layers, 2, prefix.KvHeads, prefix.Length, prefix.HeadWidth);
        for (var i = 0; i < workers; i++)
        {
            _tensors.Add(new RegionTensors(
                _slots, maxBatch, device.Allocate(_together ? maxBatch * featureShape.Bytes : 1), decodeDevice.Allocate(_together ? maxBatch * Shape.Bytes : 1)));
        }
    }

    public int MaxBatch { get; }

    public int Workers { get; }

    public bool IsOnHost { get; }

    /// <summary>Of one prefix.</summary>
    public TensorShape Shape { get; }

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MaxBatch);
        if (!_tensors.TryTake(out var tensors))
        {
            throw new InvalidOperationException($"More than {Workers} threads read prompts at once.");
        }

        try
        {
            return batch.Count > 1 && _together ? ReadTogether(batch, tensors) : [.. batch.Select(reading => Read(reading, tensors))];
        }
        finally
        {
            _tensors.Add(tensors);
        }
    }

    public void Dispose()
    {
        _graph.Dispose();
        while (_tensors.TryTake(out var tensors))
        {
            tensors.Dispose();
        }
    }

    private DeviceTensor Read(RegionReading reading, RegionTensors tensors)
    {
        tensors.Write(0, reading.Prompt.Regions);
        var value = _decodeDevice.Allocate(Shape.Bytes);
        Run(((DeviceTensor)reading.Features).Buffer, tensors, value, 1);
        return new DeviceTensor(value, Shape);
    }

    private StageValue[] ReadTogether(IReadOnlyList<RegionReading> batch, RegionTensors tensors)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            tensors.Write(i, batch[i].Prompt.Regions);
            tensors.Features.CopyFrom(((DeviceTensor)batch[i].Features).Buffer.Address, _featureShape.Bytes, i * _featureShape.Bytes);
        }

        Run(tensors.Features, tensors, tensors.Prefixes, batch.Count);
        var values = new StageValue[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            value.CopyFrom((nint)(tensors.Prefixes.Address + (i * Shape.Bytes)), Shape.Bytes);
            values[i] = new DeviceTensor(value, Shape);
        }

        return values;
    }

    private void Run(DeviceBuffer features, RegionTensors tensors, DeviceBuffer prefixes, int rows)
    {
        using var input = features.Tensor(_featureShape.ElementType, _featureShape.Batch(rows));
        using var prompts = tensors.Bind(rows);
        using var output = prefixes.Tensor(Shape.ElementType, Shape.Batch(rows));
        _graph.Run([input, prompts.Boxes, prompts.Kinds, prompts.Owners], [output]);
    }
}
