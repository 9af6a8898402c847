using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// The encode graph, loaded once or twice. On a CPU of several threads a picture alone is encoded by all of them, which is
/// the fastest for it; pictures that come together by one thread each, which is the cheapest for all: splitting one
/// costs a seventh of the work. Only a graph that gives the same bits both ways is loaded twice.
/// </summary>
internal sealed class EncodeGraphs : IDisposable
{
    private const int Seed = 1;

    private readonly Graph _alone;
    private readonly int _threads;
    private Graph? _beside;
    private readonly long[] _pictureShape;
    private int _running;

    private EncodeGraphs(PixelManifest manifest, Graph alone, Graph? beside, int threads)
    {
        (_alone, _beside, _threads) = (alone, beside, threads);
        _pictureShape = [3, manifest.Image.Size, manifest.Image.Size];
        PictureBytes = 3L * manifest.Image.Size * manifest.Image.Size * sizeof(float);
        Shape = new TensorShape(
            manifest.Features.Dtype == "float16"
                ? TensorType.Float16
                : TensorType.Float32, manifest.Features.Tokens, manifest.Features.Width);
    }

    /// <summary>Threads that may call <see cref="Run"/> at once.</summary>
    public int Workers => _beside is null ? 1 : _threads;

    /// <summary>Of one picture as the graph reads it.</summary>
    public long PictureBytes { get; }

    /// <summary>Of one picture's features.</summary>
    public TensorShape Shape { get; }

    /// <summary>Loads the graph.</summary>
    /// <param name="manifest">Sizes.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="threads">On the CPU, at least 1.</param>
    /// <param name="open">Loads the graph for a number of threads.</param>
    public static EncodeGraphs Open(PixelManifest manifest, Device device, int threads, Func<int, Graph> open)
    {
        var alone = open(threads);
        try
        {
            return new(manifest, alone, device.Name.IsCuda || threads == 1 ? null : open(1), threads);
        }
        catch
        {
            alone.Dispose();
            throw;
        }
    }

    /// <summary>Finds out whether pictures may be encoded side by side. To be called once, when all graphs are loaded.</summary>
    public EncodeGraphs Settle(Device device)
    {
        if (_beside is not null && !AreSame(device))
        {
            _beside.Dispose();
            _beside = null;
        }

        return this;
    }

    /// <summary>Encodes rows of pixels [rows, 3, S, S] into features [rows, N, D].</summary>
    public void Run(DeviceBuffer pixels, DeviceBuffer features, int rows)
    {
        var isAlone = Interlocked.Increment(ref _running) == 1;
        try
        {
            RunOn(isAlone ? _alone : _beside ?? _alone, pixels, features, rows);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose()
    {
        _alone.Dispose();
        _beside?.Dispose();
    }

    // Where threads part an operation depends on its size alone, so one picture without any pattern tells.
    private bool AreSame(Device device)
    {
        using var pixels = CpuDevice.Instance.Allocate(PictureBytes);
        using var one = device.Allocate(Shape.Bytes);
        using var other = device.Allocate(Shape.Bytes);
        var random = new Random(Seed);
        foreach (ref var value in pixels.AsSpan<float>())
        {
            value = (4 * random.NextSingle()) - 2;
        }

        RunOn(_alone, pixels, one, 1);
        RunOn(_beside!, pixels, other, 1);
        return one.AsSpan<byte>().SequenceEqual(other.AsSpan<byte>());
    }

    private void RunOn(Graph graph, DeviceBuffer pixels, DeviceBuffer features, int rows)
    {
        using var input = pixels.Tensor(TensorElementType.Float, [rows, .. _pictureShape]);
        using var output = features.Tensor(Shape.ElementType, Shape.Batch(rows));
        graph.Run([input], [output]);
    }
}
