using Loupe.Engine.Families.Devices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Arenas;

/// <summary>
/// Keys and values of all sequences: for every layer one buffer of keys and one of values, float32 [places, H, Tmax, dh], which
/// the decode graph reads, and writes, in place. What was never written is not read, so it is not cleared, and the system gives
/// memory only where a place is used.
/// </summary>
/// <remarks>
/// It lies in host memory on every device, since decode graphs are float32 and ONNX Runtime has <c>GroupQueryAttention</c> for
/// CUDA in half precision only.
/// </remarks>
/// <param name="layers">L.</param>
/// <param name="heads">H, of keys and values.</param>
/// <param name="positions">Tmax.</param>
/// <param name="headWidth">dh.</param>
/// <param name="places">Sequences.</param>
internal sealed class KeyValueArena(int layers, int heads, int positions, int headWidth, int places) : IDisposable
{
    private readonly DeviceBuffer[] _buffers =
        [
            .. Enumerable.Range(0, 2 * layers)
                .Select(_ => CpuDevice.Instance.Allocate((long)places * heads * positions * headWidth * sizeof(float))),
        ];

    public int Layers => layers;

    public long Bytes => _buffers.Sum(b => b.Bytes);

    private int HeadLength => positions * headWidth;

    private int PlaceLength => heads * HeadLength;

    /// <summary>The keys (or values) of a layer in the places from <paramref name="first"/> on.</summary>
    public OrtValue Tensor(int layer, bool values, int first, int rows) => Buffer(layer, values).Tensor(
        TensorElementType.Float, [rows, heads, positions, headWidth], (long)first * PlaceLength * sizeof(float));

    /// <summary>Copies a prefix [L, 2, H, P, dh] into the first P positions of a place.</summary>
    /// <param name="place">Which.</param>
    /// <param name="prefix">Of any number of positions that fits.</param>
    /// <param name="clearRest">Whether the positions behind it become zero, for a graph that reads all and gives those no weight.</param>
    public void Load(int place, ReadOnlySpan<float> prefix, bool clearRest = false)
    {
        var run = prefix.Length / (_buffers.Length * heads);
        for (var i = 0; i < _buffers.Length; i++)
        {
            var target = Place(i, place);
            for (var head = 0; head < heads; head++)
            {
                var rows = target.Slice(head * HeadLength, HeadLength);
                prefix.Slice(((i * heads) + head) * run, run).CopyTo(rows);
                if (clearRest)
                {
                    rows[run..].Clear();
                }
            }
        }
    }

    /// <summary>Copies the first positions of a place over another's.</summary>
    public void Move(int from, int to, int length)
    {
        var run = length * headWidth;
        for (var i = 0; i < _buffers.Length; i++)
        {
            var source = Place(i, from);
            var target = Place(i, to);
            for (var head = 0; head < heads; head++)
            {
                source.Slice(head * HeadLength, run).CopyTo(target[(head * HeadLength)..]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer.Dispose();
        }
    }

    // In the order of a prefix: layer by layer, keys before values.
    private DeviceBuffer Buffer(int layer, bool values) => _buffers[(2 * layer) + (values ? 1 : 0)];

    private unsafe Span<float> Place(int buffer, int place) =>
        new((float*)_buffers[buffer].Address + ((long)place * PlaceLength), PlaceLength);
}
