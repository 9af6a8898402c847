using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Arenas;

/// <summary>Sizes of a decode stage.</summary>
/// <param name="Slots">Sequences at once.</param>
/// <param name="Layers">Of the decoder.</param>
/// <param name="Heads">Of keys and values.</param>
/// <param name="HeadWidth">Of keys and values.</param>
/// <param name="MaxLength">Positions of a sequence.</param>
/// <param name="Vocabulary">Logits of a token.</param>
/// <param name="FirstPosition">What the graph calls position 0.</param>
internal sealed record ArenaSizes(int Slots, int Layers, int Heads, int HeadWidth, int MaxLength, int Vocabulary, int FirstPosition = 0);

/// <summary>
/// A decode stage over an arena. Past and present keys and values are bound to the same memory, so a step copies nothing; what
/// a step needs is bound once for every number of rows, so it allocates nothing either. A step runs over the first n places of
/// the arena: where a sequence ends, the last one moves into its place.
/// </summary>
internal abstract class ArenaDecoder : IDecoder, IDisposable
{
    private readonly Graph _graph;
    private readonly ArenaSizes _sizes;
    private readonly KeyValueArena _arena;
    private readonly DecodeTensors _tensors;
    private readonly List<OrtValue> _cacheTensors = [];
    private readonly OrtIoBinding?[] _steps;
    private readonly (OrtIoBinding? Binding, int Tokens)[] _prefills;
    private readonly ArenaPlaces _places;
    private readonly int[] _rowOf;

    /// <summary>Takes over the graph.</summary>
    protected ArenaDecoder(Graph graph, ArenaSizes sizes, IReadOnlyList<FurtherOutput> further)
    {
        _graph = graph;
        _sizes = sizes;
        _arena = new KeyValueArena(sizes.Layers, sizes.Heads, sizes.MaxLength, sizes.HeadWidth, sizes.Slots);
        _tensors = new DecodeTensors(Math.Max(sizes.Slots, sizes.MaxLength), sizes.Vocabulary, further);
        _steps = new OrtIoBinding?[sizes.Slots + 1];
        _prefills = new (OrtIoBinding?, int)[sizes.Slots];
        _places = new ArenaPlaces(sizes.Slots);
        _rowOf = new int[sizes.Slots];
        Outputs = [.. further.Select(output => output.Output)];
    }

    public int Slots => _sizes.Slots;

    public int MaxLength => _sizes.MaxLength;

    public virtual long ArenaBytes => _arena.Bytes;

    public IReadOnlyList<NamedOutput> Outputs { get; }

    public int Load(int slot, StageValue prefix)
    {
        CheckSlot(slot);
        var value = (DeviceTensor)prefix;
        var filled = Filled(value);
        Load(_places.Take(slot, filled), value);
        return filled;
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
            _tensors.Positions[t] = _sizes.FirstPosition + past + t;
        }

        var place = _places.Fill(slot, past + tokens.Length);
        _tensors.Lengths[0] = past + tokens.Length - 1;
        _tensors.Total[0] = past + tokens.Length;
        _graph.Run(PrefillBinding(place, tokens.Length));
        _tensors.Tell(tokens.Length - 1, 0, outputs);
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
            _tensors.Positions[place] = _sizes.FirstPosition + past;
            _tensors.Lengths[place] = past;
            longest = Math.Max(longest, past);
        }

        _tensors.Total[0] = longest + 1;
        _graph.Run(_steps[rows.Length] ??= StepBinding(rows.Length));
        for (var place = 0; place < rows.Length; place++)
        {
            var (slot, _, past) = rows[_rowOf[place]];
            _places.Fill(slot, past + 1);
            _tensors.Tell(place, _rowOf[place], outputs);
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
            Move(source, _places.Take(to, length), length);
        }
    }

    public void Free(int slot)
    {
        CheckSlot(slot);
        if (_places.Free(slot) is var (from, to, length))
        {
            Move(from, to, length);
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Positions of a sequence that a prefix fills.</summary>
    protected abstract int Filled(DeviceTensor prefix);

    /// <summary>Puts a prefix into a place; by default, into the first positions.</summary>
    protected virtual void Load(int place, DeviceTensor prefix) => _arena.Load(place, prefix.Buffer.AsSpan<float>());

    /// <summary>Copies all that a place holds over another's.</summary>
    protected virtual void Move(int from, int to, int length) => _arena.Move(from, to, length);

    /// <summary>Binds what else the graph reads for the places from <paramref name="first"/> on.</summary>
    protected virtual void BindMore(OrtIoBinding binding, int first, int rows)
    {
    }

    /// <summary>Frees what a family holds beside the arena, after the graph.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Binds a tensor as an input, and keeps it until the end.</summary>
    protected void BindInput(OrtIoBinding binding, string name, OrtValue tensor)
    {
        _cacheTensors.Add(tensor);
        binding.BindInput(name, tensor);
    }

    private OrtIoBinding StepBinding(int rows)
    {
        var binding = CacheBinding(first: 0, rows);
        _tensors.Bind(binding, rows, tokens: 1);
        return binding;
    }

    private OrtIoBinding PrefillBinding(int place, int tokens)
    {
        var (binding, bound) = _prefills[place];
        binding ??= CacheBinding(place, rows: 1);
        if (bound != tokens)
        {
            _tensors.Bind(binding, rows: 1, tokens);
            _prefills[place] = (binding, tokens);
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
            BindInput(binding, DecodeGraph.PastKeys(layer), keys);
            BindInput(binding, DecodeGraph.PastValues(layer), values);
            binding.BindOutput(DecodeGraph.PresentKeys(layer), keys);
            binding.BindOutput(DecodeGraph.PresentValues(layer), values);
        }

        BindMore(binding, first, rows);
        return binding;
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
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _sizes.Vocabulary);
    }
}
