using System.Runtime.InteropServices;
using System.Text.Json;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence.Graphs;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Families.Onnx;
using Loupe.Engine.Families.Pictures;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>One comparison.</summary>
/// <param name="What">What was compared.</param>
/// <param name="Found">How near it is, in words.</param>
/// <param name="IsWithin">Whether that is near enough.</param>
public sealed record CheckLine(string What, string Found, bool IsWithin);

/// <summary>
/// Compares a bundle with what the original said of the same weights: pixels, features, encoder, logits, chosen tokens, places,
/// tokenizer. Features keep all of their bits here, and every graph is given the original's inputs, so that no difference is handed on.
/// </summary>
public sealed class FlorenceCheck
{
    /// <summary>Largest difference of a number that is as good as none: of float32 in another order.</summary>
    public const double Tolerance = 2e-3;

    // One grey level after normalization, where the original's resize and ours round differently.
    private const double PixelTolerance = 0.02;

    private readonly string _folder;
    private readonly string _bundle;
    private readonly ExpectedOutputs _expected;
    private readonly SafeTensors _numbers;
    private readonly FlorenceManifest _manifest;
    private readonly BartTokenizer _tokenizer;

    private FlorenceCheck(string folder, string bundle, ExpectedOutputs expected)
    {
        (_folder, _bundle, _expected) = (folder, bundle, expected);
        _numbers = SafeTensors.Open(Path.Combine(folder, "expected.safetensors"));
        var loaded = Bundle.Load(bundle);
        _manifest = loaded.ReadManifest(FlorenceJson.Default.FlorenceManifest);
        _tokenizer = BartTokenizer.Load(loaded.TokenizerPath);
    }

    /// <summary>Makes a bundle of a folder and compares it.</summary>
    /// <param name="folder">A model in the publisher's layout, with <c>expected.json</c>, <c>expected.safetensors</c> and pictures.</param>
    /// <param name="bundle">Where the bundle is made.</param>
    /// <param name="told">Told of every line as it is known.</param>
    /// <returns>All lines.</returns>
    public static IReadOnlyList<CheckLine> Run(string folder, string bundle, Action<CheckLine>? told = null)
    {
        var expected = ExpectedOutputs.Read(Path.Combine(folder, "expected.json"));
        FlorenceBundler.Make(folder, bundle, new FlorenceBundleOptions
        {
            WholeFeatures = true,
            ImageSize = expected.ImageSize,
            MaxTokens = expected.Cases.Max(one => one.Greedy.Count),
        });
        var check = new FlorenceCheck(folder, bundle, expected);
        var lines = new List<CheckLine>();
        foreach (var line in check.Lines())
        {
            lines.Add(line);
            told?.Invoke(line);
        }

        return lines;
    }

    private IEnumerable<CheckLine> Lines()
    {
        yield return Share("tokenizer: texts", _expected.Tokens, one => _tokenizer.Encode(one.Text).SequenceEqual(one.Ids));
        yield return Share(
            "tokenizer: prompts", _expected.Cases,
            one => one.PromptIds.SequenceEqual([_manifest.Tokens.Begin, .. _tokenizer.Encode(one.Prompt), _manifest.Tokens.End]));
        yield return Share("places: sentences", _expected.Parses, one => PlaceComparison.AreSame(
            PlaceParser.Parse(PlaceComparison.KindOf(one.Kind), Bare(one.Text), new ImageSize(one.Size[0], one.Size[1])), one.Parsed));
        yield return Share(
            "places: answers", _expected.Cases.Where(one => one.Parsed is { ValueKind: JsonValueKind.Array }).ToList(),
            one =>
                PlaceComparison.AreSame(
                    PlaceParser.Parse(PlaceComparison.KindOfTask(one.Task), Bare(one.GreedyNgram3Text), SizeOf(one.Picture)),
                    one.Parsed!.Value));
        yield return Pixels();
        yield return Features();
        foreach (var line in Encoder().Concat(Answers()))
        {
            yield return line;
        }
    }

    private static string Bare(string text) =>
        text.Replace("<s>", "", StringComparison.Ordinal).Replace("</s>", "", StringComparison.Ordinal)
        .Replace("<pad>", "", StringComparison.Ordinal);

    private static CheckLine Share<T>(string what, IReadOnlyList<T> all, Func<T, bool> isSame)
    {
        var same = all.Count(isSame);
        return new(what, $"{same} of {all.Count} equal", same == all.Count);
    }

    private CheckLine Pixels()
    {
        var most = Named(".pixels").Max(name =>
        {
            using var encoder = OpenEncoder();
            using var picture = (PixelPicture)encoder.Prepare(File.ReadAllBytes(Path.Combine(_folder, PictureOf(name))));
            return Difference(picture.Pixels.AsSpan<float>(), _numbers.Read(name));
        });
        return Near("encode: pixels", most, PixelTolerance);
    }

    private CheckLine Features()
    {
        using var session = new InferenceSession(Path.Combine(_bundle, "encode.onnx"));
        var most = Named(".pixels").Max(name =>
        {
            var pixels = _numbers.Read(name);
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, _manifest.Image.Size, _manifest.Image.Size]);
            using var run = new RunOptions();
            using var output = session.Run(run, [FlorenceGraphs.Pixels], [input], [FlorenceGraphs.Features]);
            return Difference(output[0].GetTensorDataAsSpan<float>(), _numbers.Read($"{PictureOf(name)}.features"));
        });
        return Near("encode: features", most, Tolerance);
    }

    private IEnumerable<CheckLine> Encoder()
    {
        using var session = new InferenceSession(Path.Combine(_bundle, "region.onnx"));
        yield return Near("region: encoder", Named(".encoder").Max(name =>
        {
            var picture = PictureOf(name);
            var one = _expected.Cases.First(known => name == $"{picture}.{known.Task}.encoder" && known.Picture == picture);
            using var features = OrtValue.CreateTensorValueFromMemory(
                _numbers.Read($"{picture}.features"), [1, _manifest.Features.Tokens, _manifest.Features.Width]);
            using var ids = OrtValue.CreateTensorValueFromMemory(
                (long[])[.. one.PromptIds.Select(id => (long)id)], [1, one.PromptIds.Count]);
            using var run = new RunOptions();
            using var output = session.Run(run, [FlorenceGraphs.Features, "ids"], [features, ids], [FlorenceGraphs.Hidden]);
            return Difference(output[0].GetTensorDataAsSpan<float>(), _numbers.Read(name));
        }), Tolerance);
    }

    private IEnumerable<CheckLine> Answers()
    {
        using var model = new FlorenceFamily()
            .Load(Bundle.Load(_bundle), CpuDevice.Instance, new DeviceOptions { Device = "cpu", DecodeSlots = 6 });
        var outputs = new TokenOutputs(model.Decoder.Slots, model.Generations.Vocabulary, model.Decoder.Outputs);
        yield return Near("decode: logits", Named(".logits").Max(name =>
        {
            var picture = PictureOf(name);
            var one = _expected.Cases.First(known => name == $"{picture}.{known.Task}.logits" && known.Picture == picture);
            var theirs = _numbers.Read(name);
            using var prefix = Prefix(model, one);
            var ours = new List<float>();
            foreach (var tokens in (int[][])[[2], [2, 0]])
            {
                model.Decoder.Load(0, prefix);
                model.Decoder.Prefill(0, tokens, 0, outputs);
                ours.AddRange(outputs.Logits(0).ToArray());
                model.Decoder.Free(0);
            }

            return Difference(CollectionsMarshal.AsSpan(ours), theirs);
        }), Tolerance);
        foreach (var (how, repeat, expected) in ((string, int, Func<ExpectedCase, IReadOnlyList<int>>)[])[
            ("greedily", 0, one => one.Greedy), ("greedily, no three again", 3, one => one.GreedyNgram3)])
        {
            var (same, all) = (0, 0);
            foreach (var one in _expected.Cases)
            {
                using var prefix = Prefix(model, one);
                var (equal, compared) = Compare(model, prefix, repeat, expected(one), outputs);
                same += equal;
                all += compared;
            }

            yield return new($"decode: tokens chosen {how}", $"{same} of {all} equal in {_expected.Cases.Count} answers", same == all);
        }

        yield return Share("decode: the likeliest of three answers", _expected.Cases, one => IsSameSearch(model, one, outputs));
    }

    // Where the two best are nearer to each other than the tolerance, either may be chosen, and what follows is another answer.
    private (int Same, int Compared) Compare(
        ILocalizedModel model, StageValue prefix, int repeat, IReadOnlyList<int> expected, TokenOutputs outputs)
    {
        var start = expected.Take(1).ToArray();
        var guard = new RepeatGuard(repeat, start);
        var past = model.Decoder.Load(0, prefix);
        var same = 0;
        try
        {
            model.Decoder.Prefill(0, start, past++, outputs);
            for (var at = 1; at < expected.Count - 1; at++)
            {
                var logits = outputs.Logits(0);
                var next = guard.Best(logits);
                if (next != expected[at])
                {
                    return logits[next] - logits[expected[at]] < Tolerance ? (same, same) : (same, expected.Count - 2);
                }

                same++;
                guard.Add(next);
                model.Decoder.Step([new DecodeRow(0, next, past++)], outputs);
            }
        }
        finally
        {
            model.Decoder.Free(0);
        }

        return (same, same);
    }

    // A search through the loop's own way of going on: rows that go on from one another, over copies of its slots.
    private bool IsSameSearch(ILocalizedModel model, ExpectedCase one, TokenOutputs outputs)
    {
        var manifest = _manifest with { Tokens = _manifest.Tokens with { NoRepeat = 3, Beams = 3, Start = [.. one.Beams3Ngram3.Take(1)] } };
        var search = new BeamGeneration(manifest, new Saying(manifest, _tokenizer, AnswerKind.Text, int.MaxValue, SizeOf(one.Picture)));
        using var prefix = Prefix(model, one);
        var past = model.Decoder.Load(0, prefix);
        model.Decoder.Prefill(0, search.Prompt.Span, past++, outputs);
        var (rows, next) = (1, new NextToken[3]);
        var spare = 3;
        int[] slots = [0, 1, 2];
        while ((rows = search.Advance(new StepOutputs(outputs, 0, rows), next, [])) > 0)
        {
            // Each row gets a slot of its own, taken from those that the last step did not use.
            int[] to = [.. Enumerable.Range(0, rows).Select(row => (spare + row) % 6)];
            for (var row = 0; row < rows; row++)
            {
                model.Decoder.Copy(slots[next[row].From], to[row], past);
            }

            foreach (var slot in slots)
            {
                model.Decoder.Free(slot);
            }

            (slots, spare) = (to, (spare + 3) % 6);
            model.Decoder.Step([.. slots.Select((slot, row) => new DecodeRow(slot, next[row].Token, past))], outputs);
            past++;
        }

        foreach (var slot in slots)
        {
            model.Decoder.Free(slot);
        }

        return search.Best.SequenceEqual(one.Beams3Ngram3.Skip(1).SkipLast(1));
    }

    private StageValue Prefix(ILocalizedModel model, ExpectedCase one)
    {
        var features = MemoryMarshal.AsBytes<float>(_numbers.Read($"{one.Picture}.features")).ToArray();
        using var seen = model.Encoder.Import(
            new TensorBlob(TensorType.Float32, [_manifest.Features.Tokens, _manifest.Features.Width], features));
        return model.RegionReader.Read(
            [new RegionReading(seen, new ModelPrompt(new RegionPrompt([], SizeOf(one.Picture), ""), one.Prompt))])[0];
    }

    private ImageSize SizeOf(string picture)
    {
        var header = Imaging.Picture.ReadHeader(File.ReadAllBytes(Path.Combine(_folder, picture)));
        return new ImageSize(header.Width, header.Height);
    }

    private FlorenceEncoder OpenEncoder()
    {
        var graph = Graph.Open(
            Bundle.Load(_bundle), FlorenceGraphs.Encode, FlorenceGraphs.EncodeSignature(_manifest), CpuDevice.Instance, 1, false);
        return new FlorenceEncoder(_manifest, graph, CpuDevice.Instance);
    }

    private IReadOnlyList<string> Named(string end) =>
        [.. _numbers.Tensors.Keys.Where(name => name.EndsWith(end, StringComparison.Ordinal))];

    // "picture-0.png.<OD>.encoder" or "picture-0.png.pixels".
    private static string PictureOf(string name) => string.Join('.', name.Split('.')[..2]);

    private static CheckLine Near(string what, double most, double tolerance) => new(
        what, $"largest difference {most:0.0e+0}", most <= tolerance);

    private static double Difference(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        var most = ours.Length == theirs.Length ? 0.0 : double.PositiveInfinity;
        for (var i = 0; i < Math.Min(ours.Length, theirs.Length); i++)
        {
            var difference = Math.Abs((double)ours[i] - theirs[i]);
            most = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(most, difference);
        }

        return most;
    }
}
