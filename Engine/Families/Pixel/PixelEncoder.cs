using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Pictures;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Pictures → features [N, D] in device memory.</summary>
internal sealed class PixelEncoder : IEncoder, IDisposable
{
    private readonly EncodeGraphs _graphs;
    private readonly Device _device;
    private readonly PictureReader _reader;
    private readonly long _pictureBytes;
    private readonly bool _together;
    private readonly DeviceBuffer _pixels;
    private readonly DeviceBuffer _features;

    /// <summary>Takes over the graphs.</summary>
    /// <param name="manifest">Sizes.</param>
    /// <param name="graphs">Of the encode stage.</param>
    /// <param name="device">Where features lie.</param>
    /// <param name="maxBatch">Pictures of one call.</param>
    /// <param name="together">Whether a batch is one run of the graph; else each picture is. Not with several workers.</param>
    public PixelEncoder(PixelManifest manifest, EncodeGraphs graphs, Device device, int maxBatch, bool together)
    {
        _graphs = graphs;
        _device = device;
        MaxBatch = maxBatch;
        _together = together && maxBatch > 1 && graphs.Workers == 1;
        _pictureBytes = graphs.PictureBytes;
        _reader = manifest.Image.Reader(kept: 4 * maxBatch * graphs.Workers);
        _pixels = CpuDevice.Instance.Allocate(_together ? maxBatch * _pictureBytes : 1);
        _features = device.Allocate(_together ? maxBatch * Shape.Bytes : 1);
    }

    public int MaxBatch { get; }

    public int Workers => _graphs.Workers;

    /// <summary>Of one picture's features.</summary>
    public TensorShape Shape => _graphs.Shape;

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image) => _reader.Read(image);

    public IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MaxBatch);
        return batch.Count > 1 && _together ? EncodeTogether(batch) : [.. batch.Select(Encode)];
    }

    public StageValue Import(TensorBlob blob) => DeviceTensor.Import(blob, _device, Shape);

    public void Dispose()
    {
        _graphs.Dispose();
        _reader.Dispose();
        _pixels.Dispose();
        _features.Dispose();
    }

    private DeviceTensor Encode(PreparedPicture picture)
    {
        var value = _device.Allocate(Shape.Bytes);
        _graphs.Run(((PixelPicture)picture).Pixels, value, 1);
        return new DeviceTensor(value, Shape);
    }

    private StageValue[] EncodeTogether(IReadOnlyList<PreparedPicture> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            _pixels.CopyFrom(((PixelPicture)batch[i]).Pixels.Address, _pictureBytes, i * _pictureBytes);
        }

        _graphs.Run(_pixels, _features, batch.Count);
        var values = new StageValue[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var value = _device.Allocate(Shape.Bytes);
            value.CopyFrom((nint)(_features.Address + (i * Shape.Bytes)), Shape.Bytes);
            values[i] = new DeviceTensor(value, Shape);
        }

        return values;
    }
}
