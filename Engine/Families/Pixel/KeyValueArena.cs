using Loupe.Engine.Families.Devices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// The key/value memory of all sequences: for every layer one buffer of keys and one of values, float32
/// [slots, H, Tmax, dh], which the decode graph reads and writes in place.
/// </summary>
/// <remarks>
/// It lies in host memory on every device, since the pixel family's decode graph is float32 and ONNX Runtime has
/// <c>GroupQueryAttention</c> for CUDA in half precision only.
/// </remarks>
internal sealed class KeyValueArena : IDisposable
{
    private readonly PrefixLayout _layout;
    private readonly int _positions;
    private readonly DeviceBuffer[] _buffers;

    public KeyValueArena(PrefixLayout layout, int positions, int slots)
    {
        _layout = layout;
        _positions = positions;
        Slots = slots;
        _buffers = new DeviceBuffer[2 * layout.Layers];
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = CpuDevice.Instance.Allocate((long)slots * SlotLength * sizeof(float));
            _buffers[i].AsSpan<float>().Clear();
        }
    }

    public int Slots { get; }

    public int Layers => _layout.Layers;

    public long Bytes => _buffers.Sum(b => b.Bytes);

    private int HeadLength => _positions * _layout.HeadWidth;

    private int SlotLength => _layout.KvHeads * HeadLength;

    /// <summary>The keys (or values) of a layer in the slots from <paramref name="first"/> on.</summary>
    public OrtValue Tensor(int layer, bool values, int first, int rows) => Buffer(layer, values).Tensor(
        TensorElementType.Float,
        [rows, _layout.KvHeads, _positions, _layout.HeadWidth],
        (long)first * SlotLength * sizeof(float));

    /// <summary>Copies a prefix [L, 2, H, P, dh] into the first P positions of a slot.</summary>
    public void Load(int slot, ReadOnlySpan<float> prefix)
    {
        var run = _layout.Length * _layout.HeadWidth;
        for (var i = 0; i < _buffers.Length; i++)
        {
            var target = Slot(i, slot);
            for (var head = 0; head < _layout.KvHeads; head++)
            {
                prefix.Slice(((i * _layout.KvHeads) + head) * run, run).CopyTo(target[(head * HeadLength)..]);
            }
        }
    }

    /// <summary>Copies the first positions of a slot over another's.</summary>
    public void Move(int from, int to, int length)
    {
        var run = length * _layout.HeadWidth;
        for (var i = 0; i < _buffers.Length; i++)
        {
            var source = Slot(i, from);
            var target = Slot(i, to);
            for (var head = 0; head < _layout.KvHeads; head++)
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

    private Span<float> Slot(int buffer, int slot) => _buffers[buffer].AsSpan<float>().Slice(slot * SlotLength, SlotLength);
}
