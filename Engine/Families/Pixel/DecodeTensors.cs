using Loupe.Engine.Families.Devices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Host memory of the decode graph's small inputs and of its outputs, for at most so many tokens of one run, and tensors
/// over it for every number of tokens that came up. Written and read in place.
/// </summary>
internal sealed class DecodeTensors : IDisposable
{
    private readonly int _vocabulary;
    private readonly DeviceBuffer _ids;
    private readonly DeviceBuffer _positions;
    private readonly DeviceBuffer _lengths;
    private readonly DeviceBuffer _total;
    private readonly DeviceBuffer _logits;
    private readonly DeviceBuffer _boxes;
    private readonly DeviceBuffer? _plausible;
    private readonly Dictionary<(int Rows, int Tokens), OrtValue[]> _shaped = [];

    /// <param name="tokens">Most tokens of one run, over all its sequences.</param>
    /// <param name="vocabulary">Logits of a token.</param>
    /// <param name="judges">Whether the graph has the output <c>plausible</c>.</param>
    public DecodeTensors(int tokens, int vocabulary, bool judges)
    {
        _vocabulary = vocabulary;
        _ids = CpuDevice.Instance.Allocate((long)tokens * sizeof(long));
        _positions = CpuDevice.Instance.Allocate((long)tokens * sizeof(long));
        _lengths = CpuDevice.Instance.Allocate((long)tokens * sizeof(int));
        _total = CpuDevice.Instance.Allocate(sizeof(int));
        _logits = CpuDevice.Instance.Allocate((long)tokens * vocabulary * sizeof(float));
        _boxes = CpuDevice.Instance.Allocate((long)tokens * 4 * sizeof(float));
        _plausible = judges ? CpuDevice.Instance.Allocate((long)tokens * sizeof(float)) : null;
    }

    public Span<long> Ids => _ids.AsSpan<long>();

    public Span<long> Positions => _positions.AsSpan<long>();

    /// <summary>For each row the position of the token read.</summary>
    public Span<int> Lengths => _lengths.AsSpan<int>();

    /// <summary>Largest position of the batch, plus one.</summary>
    public Span<int> Total => _total.AsSpan<int>();

    public ReadOnlySpan<float> Logits(int token) => _logits.AsSpan<float>().Slice(token * _vocabulary, _vocabulary);

    public ReadOnlySpan<float> Box(int token) => _boxes.AsSpan<float>().Slice(token * 4, 4);

    /// <summary>Of a graph that judges.</summary>
    public float Plausible(int token) => _plausible!.AsSpan<float>()[token];

    /// <summary>Binds everything but keys and values, for <paramref name="rows"/> sequences of <paramref name="tokens"/> tokens.</summary>
    public void Bind(OrtIoBinding binding, int rows, int tokens)
    {
        if (!_shaped.TryGetValue((rows, tokens), out var shaped))
        {
            _shaped[(rows, tokens)] = shaped =
            [
                _ids.Tensor(TensorElementType.Int64, [rows, tokens]),
                _positions.Tensor(TensorElementType.Int64, [rows, tokens]),
                _lengths.Tensor(TensorElementType.Int32, [rows]),
                _total.Tensor(TensorElementType.Int32, [1]),
                _logits.Tensor(TensorElementType.Float, [rows, tokens, _vocabulary]),
                _boxes.Tensor(TensorElementType.Float, [rows, tokens, 4]),
                .. _plausible is null ? Array.Empty<OrtValue>() : [_plausible.Tensor(TensorElementType.Float, [rows, tokens])],
            ];
        }

        binding.BindInput(PixelGraphs.Ids, shaped[0]);
        binding.BindInput(PixelGraphs.Positions, shaped[1]);
        binding.BindInput(PixelGraphs.Lengths, shaped[2]);
        binding.BindInput(PixelGraphs.Total, shaped[3]);
        binding.BindOutput(PixelGraphs.Logits, shaped[4]);
        binding.BindOutput(PixelGraphs.Boxes, shaped[5]);
        if (_plausible is not null)
        {
            binding.BindOutput(PixelGraphs.Plausible, shaped[6]);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _shaped.Values.SelectMany(s => s))
        {
            tensor.Dispose();
        }

        _ids.Dispose();
        _positions.Dispose();
        _lengths.Dispose();
        _total.Dispose();
        _logits.Dispose();
        _boxes.Dispose();
        _plausible?.Dispose();
    }
}
