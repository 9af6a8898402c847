using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Bench.Suite.Limit;

/// <summary>
/// The decode graph over rows that are filled again as soon as they are free. Keys and values are read and written in
/// place. One thread at a time.
/// </summary>
internal sealed class LimitDecoder : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly PrefixLayout _prefix;
    private readonly int _positions;
    private readonly int _vocabulary;
    private readonly bool _judges;
    private readonly float[][] _cache;
    private readonly long[] _ids;
    private readonly long[] _places;
    private readonly int[] _lengths;
    private readonly int[] _total = new int[1];
    private readonly float[] _logits;
    private readonly float[] _boxes;
    private readonly float[] _plausible;
    private readonly List<OrtValue> _tensors = [];
    private readonly Dictionary<(int First, int Rows, int Tokens), OrtIoBinding> _bindings = [];
    private readonly Row?[] _rows;
    private readonly List<AnswerPart> _parts = [];

    /// <summary>Takes over the session.</summary>
    public LimitDecoder(InferenceSession session, PixelManifest manifest, int rows)
    {
        (_session, _prefix, _positions, _vocabulary) = (session, manifest.Prefix, manifest.Decoder.MaxTokens, manifest.Decoder.Vocabulary);
        _judges = session.OutputMetadata.ContainsKey(PixelGraphs.Plausible);
        var tokens = Math.Max(rows, _positions);
        _cache = [.. Enumerable.Range(0, 2 * _prefix.Layers).Select(_ => GC.AllocateArray<float>(rows * SlotLength, pinned: true))];
        (_ids, _places, _lengths) = (new long[tokens], new long[tokens], new int[rows]);
        (_logits, _boxes, _plausible) = (new float[tokens * _vocabulary], new float[tokens * 4], new float[tokens]);
        _rows = new Row?[rows];
    }

    private int HeadLength => _positions * _prefix.HeadWidth;

    private int SlotLength => _prefix.KvHeads * HeadLength;

    /// <summary>Decodes sequences until there are none.</summary>
    /// <param name="next">The next sequence with its prefix, or null when there are no more.</param>
    public void Run(Func<(Generation Generation, float[] Prefix)?> next)
    {
        var active = 0;
        for (var isMore = true; isMore || active > 0;)
        {
            while (isMore && active < _rows.Length)
            {
                if (next() is not { } sequence)
                {
                    isMore = false;
                }
                else if (Begin(active, sequence.Generation, sequence.Prefix) is { } row)
                {
                    _rows[active++] = row;
                }
            }

            if (active > 0)
            {
                Step(active);
                active = Compact(active);
            }
        }
    }

    public void Dispose()
    {
        foreach (var binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _tensors.ForEach(tensor => tensor.Dispose());
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>Reads a prompt; null where that was all.</summary>
    private Row? Begin(int slot, Generation generation, float[] prefix)
    {
        Load(slot, prefix);
        var prompt = generation.Prompt.Span;
        for (var t = 0; t < prompt.Length; t++)
        {
            (_ids[t], _places[t]) = (prompt[t], _prefix.Length + t);
        }

        _lengths[0] = _prefix.Length + prompt.Length - 1;
        _total[0] = _prefix.Length + prompt.Length;
        _session.RunWithBinding(_run, Binding(slot, 1, prompt.Length));
        var token = Advance(generation, prompt.Length - 1);
        return token < 0 ? null : new Row(generation, token, _prefix.Length + prompt.Length);
    }

    private void Step(int active)
    {
        _total[0] = 0;
        for (var i = 0; i < active; i++)
        {
            var row = _rows[i]!;
            (_ids[i], _places[i], _lengths[i]) = (row.Token, row.Filled, row.Filled);
            _total[0] = Math.Max(_total[0], row.Filled + 1);
        }

        _session.RunWithBinding(_run, Binding(0, active, 1));
        for (var i = 0; i < active; i++)
        {
            var row = _rows[i]!;
            (row.Token, row.Filled) = (Advance(row.Generation, i), row.Filled + 1);
        }
    }

    private int Compact(int active)
    {
        for (var i = active - 1; i >= 0; i--)
        {
            if (_rows[i]!.Token < 0 && --active > i)
            {
                _rows[i] = _rows[active];
                Move(active, i, _rows[i]!.Filled);
            }
        }

        return active;
    }

    private int Advance(Generation generation, int token)
    {
        _parts.Clear();
        return generation.Advance(
            _logits.AsSpan(token * _vocabulary, _vocabulary), _boxes.AsSpan(token * 4, 4), _judges ? _plausible[token] : float.NaN, _parts);
    }

    private void Load(int slot, float[] prefix)
    {
        var run = _prefix.Length * _prefix.HeadWidth;
        for (var i = 0; i < _cache.Length; i++)
        {
            for (var head = 0; head < _prefix.KvHeads; head++)
            {
                prefix.AsSpan(((i * _prefix.KvHeads) + head) * run, run).CopyTo(_cache[i].AsSpan((slot * SlotLength) + (head * HeadLength)));
            }
        }
    }

    private void Move(int from, int to, int length)
    {
        foreach (var cache in _cache)
        {
            for (var head = 0; head < _prefix.KvHeads; head++)
            {
                cache.AsSpan((from * SlotLength) + (head * HeadLength), length * _prefix.HeadWidth).CopyTo(cache.AsSpan((to * SlotLength) + (head * HeadLength)));
            }
        }
    }

    private OrtIoBinding Binding(int first, int rows, int tokens)
    {
        if (_bindings.TryGetValue((first, rows, tokens), out var binding))
        {
            return binding;
        }

        _bindings[(first, rows, tokens)] = binding = _session.CreateIoBinding();
        binding.BindInput(PixelGraphs.Ids, Tensor(_ids, 0, [rows, tokens]));
        binding.BindInput(PixelGraphs.Positions, Tensor(_places, 0, [rows, tokens]));
        binding.BindInput(PixelGraphs.Lengths, Tensor(_lengths, 0, [rows]));
        binding.BindInput(PixelGraphs.Total, Tensor(_total, 0, [1]));
        binding.BindOutput(PixelGraphs.Logits, Tensor(_logits, 0, [rows, tokens, _vocabulary]));
        binding.BindOutput(PixelGraphs.Boxes, Tensor(_boxes, 0, [rows, tokens, 4]));
        if (_judges)
        {
            binding.BindOutput(PixelGraphs.Plausible, Tensor(_plausible, 0, [rows, tokens]));
        }

        for (var layer = 0; layer < _prefix.Layers; layer++)
        {
            long[] shape = [rows, _prefix.KvHeads, _positions, _prefix.HeadWidth];
            var keys = Tensor(_cache[2 * layer], first * SlotLength, shape);
            var values = Tensor(_cache[(2 * layer) + 1], first * SlotLength, shape);
            binding.BindInput(PixelGraphs.PastKeys(layer), keys);
            binding.BindInput(PixelGraphs.PastValues(layer), values);
            binding.BindOutput(PixelGraphs.PresentKeys(layer), keys);
            binding.BindOutput(PixelGraphs.PresentValues(layer), values);
        }

        return binding;
    }

    private OrtValue Tensor<T>(T[] numbers, int start, long[] shape)
        where T : unmanaged
    {
        var tensor = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, numbers.AsMemory(start, (int)shape.Aggregate(1L, (product, side) => product * side)), shape);
        _tensors.Add(tensor);
        return tensor;
    }

    private sealed class Row(Generation generation, int token, int filled)
    {
        public Generation Generation => generation;

        /// <summary>To be read next; below 0 at the end.</summary>
        public int Token { get; set; } = token;

        /// <summary>Positions that are written.</summary>
        public int Filled { get; set; } = filled;
    }
}
