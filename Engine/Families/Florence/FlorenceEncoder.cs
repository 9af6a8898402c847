using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Pictures;
using Loupe.Engine.Models;
using Loupe.Imaging;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence;

/// <summary>Pictures → features float16 [N, D] in device memory, one picture a run: it is work enough for all threads.</summary>
internal sealed class FlorenceEncoder : IEncoder, IDisposable
{
    private const int KeptPictures = 4;

    private readonly FlorenceManifest _manifest;
    private readonly PictureReader _reader;
    private readonly Graph _graph;
    private readonly Device _device;

    /// <summary>Takes over the graph.</summary>
    public FlorenceEncoder(FlorenceManifest manifest, Graph graph, Device device)
    {
        _manifest = manifest;
        var layout = manifest.Image;
        _reader = new PictureReader(
            layout.Size, new PixelNormalizer(layout.Mean, layout.Std), KeptPictures, static (file, size, rgb) =>
                Picture.Stretch(file, size, rgb));
        _graph = graph;
        _device = device;
        Shape = manifest.Features.Shape;
    }

    public int MaxBatch => 1;

    /// <summary>Of one picture's features.</summary>
    public TensorShape Shape { get; }

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image) => _reader.Read(image);

    public IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch) => [.. batch.Select(picture =>
    {
        var size = _manifest.Image.Size;
        using var input = ((PixelPicture)picture).Pixels.Tensor(TensorElementType.Float, [1, 3, size, size]);
        var value = _device.Allocate(Shape.Bytes);
        using var output = value.Tensor(Shape.ElementType, Shape.Batch(1));
        _graph.Run([input], [output]);
        return new DeviceTensor(value, Shape);
    })];

    public StageValue Import(TensorBlob blob) => DeviceTensor.Import(blob, _device, Shape);

    public void Dispose()
    {
        _graph.Dispose();
        _reader.Dispose();
    }
}
