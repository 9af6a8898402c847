using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// The decode stage. Past and present keys and values are bound to the same arena, so a step copies nothing; what a step
/// needs is bound once for every number of rows, so it allocates nothing either. A step runs over the first n places of the
/// arena: where a sequence ends, the last one moves into its place.
/// </summary>
internal sealed class PixelDecoder : IDecoder, IDisposable
{
    private readonly Graph _graph;
    private readonly int _vocabulary;
    private readonly int _prefix;
    private readonly KeyValueArena _arena;
    private readonly DecodeTensors _tensors;
    private readonly List<OrtValue> _cacheTensors = [];
    private readonly OrtIoBinding?[] _steps;
    private readonly (OrtIoBinding? Binding, int Tokens)[] _prefills;
    private readonly ArenaPlaces _places;
    private readonly int[] _rowOf;

    /// <summary>Takes over the graph.</summary>
    public PixelDecoder(PixelManifest manifest, Graph graph, int slots)
    {
        _graph = graph;
        _vocabulary = manifest.Decoder.Vocabulary;
        Slots = slots;
        _prefix = manifest.Prefix.Length;
        MaxLength = manifest.Decoder.MaxTokens;
        _arena = new KeyValueArena(manifest.Prefix, MaxLength, slots);
        _tensors = new DecodeTensors(Math.Max(slots, MaxLength), _vocabulary, graph.Gives(PixelGraphs.Plausible));
        _steps = new OrtIoBinding?[slots + 1];
        _prefills = new (OrtIoBinding?, int)[slots];
        _places = new ArenaPlaces(slots);
        _rowOf = new int[slots];
        Outputs = graph.Gives(PixelGraphs.Plausible) ? [PixelOutputs.Place, PixelOutputs.Plausible] : [PixelOutputs.Place];
    }

    public int Slots { get; }

    public int MaxLength { get; }

    public long ArenaBytes => _arena.Bytes;

    public IReadOnlyList<NamedOutput> Outputs { get; }

    public int Load(int slot, StageValue prefix)
    {
        CheckSlot(slot);
        _arena.Load(_places.Take(slot, _prefix), ((DeviceTensor)prefix).Buffer.AsSpan<float>());
        return _prefix;
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

        var place = _places.Fill(slot, past + tokens.Length);
        _tensors.Lengths[0] = past + tokens.Length - 1;
        _tensors.Total[0] = past + tokens.Length;
        _graph.Run(PrefillBinding(place, tokens.Length));
        Tell(tokens.Length - 1, 0, outputs);
    }

    public void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        if (rows.Length == 0 || rows.Length != _places.Count)
        {
            throw new ArgumentException($"{_places.Count} slots hold a sequence, and the step has {rows.Length} rows.", nameof(rows));
        }

        Array.Fill(_rowOf, -1);
        var longest = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var (slot, token, past) = rows[row];
            CheckSlot(slot);
            CheckLength(past, 1);
            CheckToken(token);
            var place = _places.Of(slot);
            if (_rowOf[place] >= 0)
            {
                throw new ArgumentException($"Slot {slot} has two rows.", nameof(rows));
            }

            _rowOf[place] = row;
            _tensors.Ids[place] = token;
            _tensors.Positions[place] = past;
            _tensors.Lengths[place] = past;
            longest = Math.Max(longest, past);
        }

        _tensors.Total[0] = longest + 1;
        _graph.Run(_steps[rows.Length] ??= StepBinding(rows.Length));
        for (var place = 0; place < rows.Length; place++)
        {
            var (slot, _, past) = rows[_rowOf[place]];
            _places.Fill(slot, past + 1);
            Tell(place, _rowOf[place], outputs);
        }
    }

    public void Copy(int from, int to, int length)
    {
        CheckSlot(from);
        CheckSlot(to);
        CheckLength(0, length);
        if (from != to)
        {
            var source = _places.Of(from);
            _arena.Move(source, _places.Take(to, length), length);
        }
    }

    public void Free(int slot)
    {
        CheckSlot(slot);
        if (_places.Free(slot) is var (from, to, length))
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

    private void Tell(int token, int row, TokenOutputs outputs)
    {
        _tensors.Logits(token).CopyTo(outputs.Logits(row));
        _tensors.Box(token).CopyTo(outputs.Named(0, row));
        if (Outputs.Count > 1)
        {
            outputs.Named(1, row)[0] = _tensors.Plausible(token);
        }
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
