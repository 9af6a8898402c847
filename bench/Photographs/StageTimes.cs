using System.Diagnostics;
using Loupe.Bench.Chaos;
using Loupe.Bench.Statistics;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Bench.Photographs;

/// <summary>Something that was measured.</summary>
internal sealed record Figure(string What, string Unit, Spread Value);

/// <summary>The stages of a model by themselves, and whether a row of a step keeps its bits beside others.</summary>
internal static class StageTimes
{
    private static readonly int[] Rows = [1, 2, 4, 8, 16];

    public static IEnumerable<Figure> Measure(string bundle, int rounds, Action<string> tell)
    {
        var clock = Stopwatch.StartNew();
        using var model = new ModelLoader(ModelLoader.Shipped, NullLogger<ModelLoader>.Instance)
            .Load(bundle, new DeviceOptions { Device = "cpu", DecodeSlots = Rows[^1] });
        yield return Tell("loading and warming up", "s", [clock.Elapsed.TotalSeconds]);
        var question = new CanonicalQuestion(VisionTask.Caption, new RegionPrompt([], new ImageSize(Pictures.Width, Pictures.Height), ""), "", 8);
        var prompt = model.Grammar.PromptOf(question);
        List<double> prepare = [], encode = [], region = [];
        StageValue? prefix = null;
        for (var round = 0; round < rounds; round++)
        {
            PreparedPicture? picture = null;
            prepare.Add(Time(() => picture = model.Encoder.Prepare(Pictures.Png(round))));
            StageValue? features = null;
            encode.Add(Time(() => features = model.Encoder.Encode([picture!])[0]));
            prefix?.Dispose();
            region.Add(Time(() => prefix = model.RegionReader.Read([new RegionReading(features!, prompt)])[0]));
            features!.Dispose();
            picture!.Dispose();
        }

        yield return Tell("prepare: decoding and scaling a picture", "ms", prepare);
        yield return Tell("encode: a picture", "ms", encode);
        yield return Tell("region: a prompt", "ms", region);
        yield return Tell("region: a prefix", "MB", [prefix!.Bytes / 1e6]);
        var outputs = new TokenOutputs(model.Decoder.Slots, model.Generations.Vocabulary, model.Decoder.Outputs);
        float[]? alone = null;
        foreach (var rows in Rows)
        {
            var (step, same) = Step(model, prefix, rows, rounds, outputs, ref alone);
            yield return Tell($"decode: a step of {rows} rows{(same ? ", a row's bits those it has alone" : ", A ROW'S BITS NOT THOSE IT HAS ALONE")}", "ms", step);
        }

        prefix.Dispose();

        Figure Tell(string what, string unit, IEnumerable<double> values)
        {
            var figure = new Figure(what, unit, Spread.Of(values));
            tell(FormattableString.Invariant($"{what}: {figure.Value.Median:0.##} {unit}"));
            return figure;
        }
    }

    private static (List<double> Times, bool SameBits) Step(
        ILocalizedModel model, StageValue prefix, int rows, int rounds, TokenOutputs outputs, ref float[]? alone)
    {
        const int Steps = 6;
        var past = Enumerable.Range(0, rows).Select(slot => model.Decoder.Load(slot, prefix)).ToArray();
        for (var slot = 0; slot < rows; slot++)
        {
            model.Decoder.Prefill(slot, [2], past[slot]++, outputs);
        }

        var times = new List<double>();
        for (var step = 0; step < Steps * rounds && step < model.Decoder.MaxLength - 2; step++)
        {
            // Row 0 reads the same in every batch; the others, something else.
            var read = Enumerable.Range(0, rows).Select(slot => new DecodeRow(slot, slot == 0 ? 5 : 300 + (slot * 7) + step, past[slot]++)).ToArray();
            times.Add(Time(() => model.Decoder.Step(read, outputs)));
        }

        var logits = outputs.Logits(0).ToArray();
        alone ??= logits;
        for (var slot = 0; slot < rows; slot++)
        {
            model.Decoder.Free(slot);
        }

        return (times, logits.AsSpan().SequenceEqual(alone));
    }

    private static double Time(Action work)
    {
        var clock = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }
}
