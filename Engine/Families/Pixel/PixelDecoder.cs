using Loupe.Engine.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// The decode stage. Past and present keys and values are bound to the same arena, so a step copies nothing; what a step
/// needs is bound once for every number of rows, so it allocates nothing either.
/// </summary>
internal sealed class PixelDecoder : IDecoder, IDisposable
{
    private readonly Graph _graph;
    private readonly int _vocabulary;
    private readonly KeyValueArena _arena;
    private readonly DecodeTensors _tensors;
    private readonly List<OrtValue> _cacheTensors = [];
    private readonly OrtIoBinding?[] _steps;
    private readonly (OrtIoBinding? Binding, int Tokens)[] _prefills;

    /// <summary>Takes over the graph.</summary>
    public PixelDecoder(PixelManifest manifest, Graph graph, int slots)
    {
        _graph = graph;
        _vocabulary = manifest.Decoder.Vocabulary;
        Slots = slots;
        PrefixLength = manifest.Prefix.Length;
        MaxLength = manifest.Decoder.MaxTokens;
        _arena = new KeyValueArena(manifest.Prefix, MaxLength, slots);
        _tensors = new DecodeTensors(Math.Max(slots, MaxLength), _vocabulary, graph.Gives(PixelGraphs.Plausible));
        _steps = new OrtIoBinding?[slots + 1];
        _prefills = new (OrtIoBinding?, int)[slots];
    }

    public int Slots { get; }

    public int PrefixLength { get; }

    public int MaxLength { get; }

    public long ArenaBytes => _arena.Bytes;

    public void Load(int slot, StageValue prefix)
    {
        CheckSlot(slot);
        _arena.Load(slot, ((DeviceTensor)prefix).Buffer.AsSpan<float>());
    }

    public void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs)
    {
        CheckSlot(slot);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        CheckLength(past, tokens.Length);
        for (var t = 0; t < tokens.Length; t++)
        {
            CheckToken(tokens[t]);
            _tensors.Ids[t] = tokens[t];
            _tensors.Positions[t] = past + t;
        }

        _tensors.Lengths[0] = past + tokens.Length - 1;
        _tensors.Total[0] = past + tokens.Length;
        _graph.Run(PrefillBinding(slot, tokens.Length));
        Copy(tokens.Length - 1, 0, outputs);
    }

    public void Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> past, TokenOutputs outputs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, Slots);
        ArgumentOutOfRangeException.ThrowIfNotEqual(past.Length, tokens.Length);
        var longest = 0;
        for (var row = 0; row < tokens.Length; row++)
        {
            CheckLength(past[row], 1);
            CheckToken(tokens[row]);
            _tensors.Ids[row] = tokens[row];
            _tensors.Positions[row] = past[row];
            _tensors.Lengths[row] = past[row];
            longest = Math.Max(longest, past[row]);
        }

        _tensors.Total[0] = longest + 1;
        _graph.Run(_steps[tokens.Length] ??= StepBinding(tokens.Length));
        for (var row = 0; row < tokens.Length; row++)
        {
            Copy(row, row, outputs);
        }
    }

    public void Move(int from, int to, int length)
    {
        CheckSlot(from);
        CheckSlot(to);
        CheckLength(0, length);
        if (from != to)
        {
            _arena.Move(from, to, length);
        }
    }

    public void Dispose()
    {
        foreach (var binding in _steps.Concat(_prefills.Select(p => p.Binding)))
        {
            binding?.Dispose();
        }

        _graph.Dispose();
        foreach (var tensor in _cacheTensors)
        {
            tensor.Dispose();
        }

        _tensors.Dispose();
        _arena.Dispose();
    }

    private OrtIoBinding StepBinding(int rows)
    {
        var binding = CacheBinding(first: 0, rows);
        _tensors.Bind(binding, rows, tokens: 1);
        return binding;
    }

    private OrtIoBinding PrefillBinding(int slot, int tokens)
    {
        var (binding, bound) = _prefills[slot];
        binding ??= CacheBinding(slot, rows: 1);
        if (bound != tokens)
        {
            _tensors.Bind(binding, rows: 1, tokens);
            _prefills[slot] = (binding, tokens);
        }

        return binding;
    }

    private OrtIoBinding CacheBinding(int first, int rows)
    {
        var binding = _graph.Bind();
        for (var layer = 0; layer < _arena.Layers; layer++)
        {
            var keys = _arena.Tensor(layer, values: false, first, rows);
            var values = _arena.Tensor(layer, values: true, first, rows);
            _cacheTensors.Add(keys);
            _cacheTensors.Add(values);
            binding.BindInput(PixelGraphs.PastKeys(layer), keys);
            binding.BindInput(PixelGraphs.PastValues(layer), values);
            binding.BindOutput(PixelGraphs.PresentKeys(layer), keys);
            binding.BindOutput(PixelGraphs.PresentValues(layer), values);
        }

        return binding;
    }

    private void Copy(int token, int row, TokenOutputs outputs)
    {
        _tensors.Logits(token).CopyTo(outputs.Logits(row));
        _tensors.Box(token).CopyTo(outputs.Place(row));
        outputs.Plausible(row) = _tensors.Plausible(token);
    }

    private void CheckSlot(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Slots);
    }

    // The graph would fail too, but after other rows of the batch were written.
    private void CheckLength(int past, int more)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(past);
        ArgumentOutOfRangeException.ThrowIfNegative(more);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(past + more, MaxLength);
    }

    private void CheckToken(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _vocabulary);
    }
}
