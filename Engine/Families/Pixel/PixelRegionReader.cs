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
                _slots, prefix.Length, maxBatch, device.Allocate(_together ? maxBatch * featureShape.Bytes : 1),
                decodeDevice.Allocate(_together ? maxBatch * Shape.Bytes : 1)));
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

        var values = new StageValue[batch.Count];
        try
        {
            foreach (var group in Enumerable.Range(0, batch.Count).GroupBy(i => _slots.Distinct(batch[i].Prompt.Regions)))
            {
                foreach (var run in group.Chunk(_together ? batch.Count : 1))
                {
                    var read = Read([.. run.Select(i => batch[i])], group.Key, tensors);
                    for (var i = 0; i < run.Length; i++)
                    {
                        values[run[i]] = read[i];
                    }
                }
            }

            return values;
        }
        catch
        {
            Array.ForEach(values, value => value?.Dispose());
            throw;
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

    // One run over prompts of equally many distinct slots.
    private StageValue[] Read(RegionReading[] run, int distinct, RegionTensors tensors)
    {
        tensors.Write(run, distinct);
        if (run.Length == 1)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            Run(((DeviceTensor)run[0].Features).Buffer, tensors, distinct, value, 1);
            return [new DeviceTensor(value, Shape)];
        }

        for (var i = 0; i < run.Length; i++)
        {
            tensors.Features.CopyFrom(((DeviceTensor)run[i].Features).Buffer.Address, _featureShape.Bytes, i * _featureShape.Bytes);
        }

        Run(tensors.Features, tensors, distinct, tensors.Prefixes, run.Length);
        var values = new StageValue[run.Length];
        for (var i = 0; i < run.Length; i++)
        {
            var value = _decodeDevice.Allocate(Shape.Bytes);
            value.CopyFrom((nint)(tensors.Prefixes.Address + (i * Shape.Bytes)), Shape.Bytes);
            values[i] = new DeviceTensor(value, Shape);
        }

        return values;
    }

    private void Run(DeviceBuffer features, RegionTensors tensors, int distinct, DeviceBuffer prefixes, int rows)
    {
        using var input = features.Tensor(_featureShape.ElementType, _featureShape.Batch(rows));
        using var prompts = tensors.Bind(rows, distinct);
        using var output = prefixes.Tensor(Shape.ElementType, Shape.Batch(rows));
        _graph.Run([input, prompts.Boxes, prompts.Kinds, prompts.Owners, prompts.Copies, prompts.Rows], [output]);
    }
}
