using System.Buffers;
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
    private readonly PixelNormalizer _normalizer;
    private readonly PicturePool _pool;
    private readonly Graph _graph;
    private readonly Device _device;

    /// <summary>Takes over the graph.</summary>
    public FlorenceEncoder(FlorenceManifest manifest, Graph graph, Device device)
    {
        _manifest = manifest;
        _normalizer = new PixelNormalizer(manifest.Image.Mean, manifest.Image.Std);
        _pool = new PicturePool(3L * manifest.Image.Size * manifest.Image.Size * sizeof(float), KeptPictures);
        _graph = graph;
        _device = device;
        Shape = manifest.Features.Shape;
    }

    public int MaxBatch => 1;

    /// <summary>Of one picture's features.</summary>
    public TensorShape Shape { get; }

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image)
    {
        var size = _manifest.Image.Size;
        var rgb = ArrayPool<byte>.Shared.Rent(size * size * 3);
        try
        {
            var square = rgb.AsSpan(0, size * size * 3);
            var header = Picture.Stretch(image.Span, size, square);
            var pixels = _pool.Rent();
            _normalizer.Normalize(square, pixels.AsSpan<float>());
            return new PixelPicture(_pool, pixels) { Size = new ImageSize(header.Width, header.Height) };
        }
        catch (PictureException e)
        {
            throw LocalizerException.Of(ProblemKind.Unprocessable, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }

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
        _pool.Dispose();
    }
}
