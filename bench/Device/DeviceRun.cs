using System.Diagnostics;
using Loupe.Bench.Chaos;
using Loupe.Bench.Statistics;
using Loupe.Engine.Models;

namespace Loupe.Bench.Device;

/// <summary>Every stage of a model at every shape: how long it takes, and whether a row keeps its bits among others.</summary>
internal sealed class DeviceRun(ILocalizedModel model, int rounds, Action<ShapeTime> tell)
{
    private const int Token = 2;

    private readonly List<ShapeTime> _times = [];
    private readonly ImageSize _size = new(Pictures.Width, Pictures.Height);

    public IReadOnlyList<ShapeTime> Measure()
    {
        var pictures = Enumerable.Range(0, model.Encoder.MaxBatch + 1)
            .Select(number => model.Encoder.Prepare(Pictures.Png(number)))
            .ToArray();
        Add("prepare", 1, () => model.Encoder.Prepare(Pictures.Png(0)).Dispose(), null);
        foreach (var rows in Ladder(model.Encoder.MaxBatch))
        {
            Add(
                "encode", rows, () => Dispose(model.Encoder.Encode(pictures[..rows])),
                Keeps(rows, pictures, batch => model.Encoder.Encode(batch)));
        }

        var features = model.Encoder.Encode([pictures[0]])[0];
        var readings = Enumerable.Range(0, model.RegionReader.MaxBatch + 1)
            .Select(number => new RegionReading(features, PromptOf(number)))
            .ToArray();
        foreach (var rows in Ladder(model.RegionReader.MaxBatch))
        {
            Add(
                "region", rows, () => Dispose(model.RegionReader.Read(readings[..rows])),
                Keeps(rows, readings, batch => model.RegionReader.Read(batch)));
        }

        if (model.Proposer is { } proposer)
        {
            Add("detect", 1, () => proposer.Propose(features, _size), null);
        }

        if (model.Masker is { } masker)
        {
            Add("mask", 1, () => masker.Draw(new MaskRequest(features, new Box(10, 10, 70, 80), _size)), null);
        }

        Decode(readings);
        features.Dispose();
        Dispose(pictures);
        return _times;
    }

    private static IEnumerable<int> Ladder(int most)
    {
        for (var rows = 1; rows < most; rows *= 2)
        {
            yield return rows;
        }

        yield return most;
    }

    private ModelPrompt PromptOf(int number)
    {
        var box = new Region { Box = new Box(2 + number, 4, 60 + number, 70) };
        return model.Grammar.PromptOf(new CanonicalQuestion(VisionTask.Caption, new RegionPrompt([box], _size, $"box {number}"), "", 8));
    }

    // The last of the items is the row that is looked at; it stands at every place among the others.
    private static bool? Keeps<T>(int rows, T[] items, Func<IReadOnlyList<T>, IReadOnlyList<StageValue>> run)
    {
        if (rows == 1)
        {
            return null;
        }

        var alone = BitsOf(run([items[^1]]), 0);
        return Enumerable.Range(0, rows)
            .All(place => BitsOf(run([.. items[..place], items[^1], .. items[place..(rows - 1)]]), place).AsSpan().SequenceEqual(alone));
    }

    private static byte[] BitsOf(IReadOnlyList<StageValue> values, int place)
    {
        var bits = values[place].ToBlob().Data.ToArray();
        Dispose(values);
        return bits;
    }

    private void Decode(RegionReading[] readings)
    {
        var decoder = model.Decoder;
        var outputs = new TokenOutputs(decoder.Slots, model.Generations.Vocabulary, decoder.Outputs);
        var prefixes = readings[..2].Select(reading => model.RegionReader.Read([reading])[0]).ToArray();
        var alone = Row(1, 0);
        foreach (var rows in Ladder(decoder.Slots))
        {
            var keeps = rows == 1 ? (bool?)null : Enumerable.Range(0, rows).All(place => Row(rows, place).AsSpan().SequenceEqual(alone));
            var past = Begin(rows, place: 0);
            Add("decode", rows, () => decoder.Step(Reads(rows, place: 0, past), outputs), keeps);
            End(rows);
        }

        Dispose(prefixes);

        // All sequences are of one prompt but the one that is looked at.
        int[] Begin(int rows, int place) =>
            [.. Enumerable.Range(0, rows).Select(slot => decoder.Load(slot, prefixes[slot == place ? 0 : 1]))];

        DecodeRow[] Reads(int rows, int place, int[] past) =>
            [.. Enumerable.Range(0, rows).Select(slot => new DecodeRow(slot, slot == place ? Token : Token + 1 + slot, past[slot]))];

        float[] Row(int rows, int place)
        {
            decoder.Step(Reads(rows, place, Begin(rows, place)), outputs);
            End(rows);
            return outputs.Logits(place).ToArray();
        }

        void End(int rows)
        {
            for (var slot = 0; slot < rows; slot++)
            {
                decoder.Free(slot);
            }
        }
    }

    private void Add(string graph, int rows, Action run, bool? keepsBits)
    {
        run();
        var times = Enumerable.Range(0, rounds).Select(_ =>
        {
            var clock = Stopwatch.GetTimestamp();
            run();
            return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        });
        _times.Add(new ShapeTime(graph, rows, Spread.Of(times), keepsBits));
        tell(_times[^1]);
    }

    private static void Dispose(IEnumerable<IDisposable> values)
    {
        foreach (var value in values)
        {
            value.Dispose();
        }
    }
}
