using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Arenas;

/// <summary>Something that a decode graph says of each token beside its logits.</summary>
/// <param name="Name">As the graph names it.</param>
/// <param name="Shape">Of one token; empty for one number.</param>
/// <param name="Output">As generations know it.</param>
internal sealed record FurtherOutput(string Name, long[] Shape, NamedOutput Output);

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
    private readonly (FurtherOutput Output, DeviceBuffer Buffer)[] _further;
    private readonly Dictionary<(int Rows, int Tokens), OrtValue[]> _shaped = [];

    /// <param name="tokens">Most tokens of one run, over all its sequences.</param>
    /// <param name="vocabulary">Logits of a token.</param>
    /// <param name="further">What the graph says beside the logits.</param>
    public DecodeTensors(int tokens, int vocabulary, IReadOnlyList<FurtherOutput> further)
    {
        _vocabulary = vocabulary;
        _ids = CpuDevice.Instance.Allocate((long)tokens * sizeof(long));
        _positions = CpuDevice.Instance.Allocate((long)tokens * sizeof(long));
        _lengths = CpuDevice.Instance.Allocate((long)tokens * sizeof(int));
        _total = CpuDevice.Instance.Allocate(sizeof(int));
        _logits = CpuDevice.Instance.Allocate((long)tokens * vocabulary * sizeof(float));
        _further = [.. further.Select(output => (output, CpuDevice.Instance.Allocate((long)tokens * output.Output.Width * sizeof(float))))];
    }

    public Span<long> Ids => _ids.AsSpan<long>();

    public Span<long> Positions => _positions.AsSpan<long>();

    /// <summary>For each row the position of the token read.</summary>
    public Span<int> Lengths => _lengths.AsSpan<int>();

    /// <summary>Largest position of the batch, plus one.</summary>
    public Span<int> Total => _total.AsSpan<int>();

    /// <summary>Copies what the graph said of a token into a row.</summary>
    public void Tell(int token, int row, TokenOutputs outputs)
    {
        _logits.AsSpan<float>().Slice(token * _vocabulary, _vocabulary).CopyTo(outputs.Logits(row));
        for (var i = 0; i < _further.Length; i++)
        {
            var width = _further[i].Output.Output.Width;
            _further[i].Buffer.AsSpan<float>().Slice(token * width, width).CopyTo(outputs.Named(i, row));
        }
    }

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
                .. _further.Select(further => further.Buffer.Tensor(TensorElementType.Float, [rows, tokens, .. further.Output.Shape])),
            ];
        }

        binding.BindInput(DecodeGraph.Ids, shaped[0]);
        binding.BindInput(DecodeGraph.Positions, shaped[1]);
        binding.BindInput(DecodeGraph.Lengths, shaped[2]);
        binding.BindInput(DecodeGraph.Total, shaped[3]);
        binding.BindOutput(DecodeGraph.Logits, shaped[4]);
        for (var i = 0; i < _further.Length; i++)
        {
            binding.BindOutput(_further[i].Output.Name, shaped[5 + i]);
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
        foreach (var (_, buffer) in _further)
        {
            buffer.Dispose();
        }
    }
}
