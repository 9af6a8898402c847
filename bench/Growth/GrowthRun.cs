using System.Diagnostics;
using System.Globalization;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Bench.Growth;

/// <summary>Times the engine's stages on the model itself, and the engine under more and more callers.</summary>
internal sealed class GrowthRun : IDisposable
{
    private static readonly int[] Doubling = [1, 2, 4, 8, 16, 32];

    private readonly string _bundle;
    private readonly int _rounds;
    private readonly Action<string> _tell;
    private readonly SceneBook _book;
    private readonly ILocalizedModel _model;
    private readonly TokenOutputs _outputs;
    private readonly ImageSize _size;
    private readonly StageValue _features;
    private readonly StageValue _prefix;

    /// <summary>Loads the bundle.</summary>
    public GrowthRun(string bundle, int rounds, Action<string> tell)
    {
        (_bundle, _rounds, _tell) = (bundle, rounds, tell);
        _book = SceneBook.Load(bundle);
        _model = new ModelLoader(ModelLoader.Shipped, NullLogger<ModelLoader>.Instance).Load(bundle, new DeviceOptions { Device = "cpu" });
        _outputs = new TokenOutputs(_model.Decoder.Slots, _model.Generations.Vocabulary, _model.Decoder.Outputs);
        using var prepared = _model.Encoder.Prepare(_book.PictureOf(0).File);
        _size = prepared.Size;
        _features = _model.Encoder.Encode([prepared])[0];
        _prefix = _model.RegionReader.Read([new RegionReading(_features, PromptOf(1))])[0];
    }

    /// <summary>All curves.</summary>
    public async Task<IReadOnlyList<GrowthCurve>> RunAsync(CancellationToken cancellation)
    {
        List<GrowthCurve> curves =
        [
            Measure("prepare", "decoding and resizing pictures, one thread", "pictures", [1, 2, 4, 8, 16], Prepare, cancellation),
            Measure("encode", "encoding pictures", "pictures", [1, 2, 4, 8, 16], Encode, cancellation),
            Measure("region", "reading one prompt", "regions in it", [1, 2, 3, 4, 5, 6, 7, 8], Read, cancellation),
            Measure("prefill", "reading a question's words", "words", [1, 2, 4, 8, 16, 32, 40], Prefill, cancellation),
            Measure("words", "decoding one answer", "words of the answer", [1, 2, 4, 8, 16, 32, 45], Decode, cancellation),
            Measure(
                "sequences", "one decode step", "sequences in it", [.. Doubling.Where(rows => rows <= _model.Decoder.Slots)], Step,
                cancellation),
        ];
        curves.Add(await CallersAsync(cancellation));
        return curves;
    }

    public void Dispose()
    {
        _prefix.Dispose();
        _features.Dispose();
        _model.Dispose();
    }

    private GrowthCurve Measure(
        string name, string what, string x, IReadOnlyList<int> counts, Func<int, double> time, CancellationToken cancellation)
    {
        var taken = counts.Select(_ => new List<double>()).ToList();
        for (var round = -1; round < _rounds; round++)
        {
            for (var i = 0; i < counts.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                // There and back, so that what drifts favours no size; the first round warms up.
                var at = round % 2 == 0 ? i : counts.Count - 1 - i;
                var milliseconds = time(counts[at]);
                if (round >= 0)
                {
                    taken[at].Add(milliseconds);
                }
            }
        }

        var curve = new GrowthCurve(name, what, x, [.. counts.Zip(taken, (count, times) => ((double)count, Spread.Of(times)))]);
        _tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {string.Join(", ", curve.Points.Select(point => $"{point.Count} → {SuiteText.Number(point.Ms.Median)} ms"))}; "
                    + $"exponent {curve.Exponent:0.00}"));
        return curve;
    }

    private double Prepare(int pictures) => Time(() =>
    {
        for (var i = 0; i < pictures; i++)
        {
            _model.Encoder.Prepare(_book.PictureOf(i).File).Dispose();
        }
    });

    private double Encode(int pictures)
    {
        var prepared = Enumerable.Range(0, pictures).Select(i => _model.Encoder.Prepare(_book.PictureOf(i).File)).ToList();
        List<StageValue> values = [];
        var milliseconds = Time(() =>
        {
            foreach (var batch in prepared.Chunk(_model.Encoder.MaxBatch))
            {
                values.AddRange(_model.Encoder.Encode(batch));
            }
        });
        values.ForEach(value => value.Dispose());
        prepared.ForEach(picture => picture.Dispose());
        return milliseconds;
    }

    private double Read(int regions)
    {
        var prompt = PromptOf(regions);
        IReadOnlyList<StageValue> values = [];
        var milliseconds = Time(() => values = _model.RegionReader.Read([new RegionReading(_features, prompt)]));
        values[0].Dispose();
        return milliseconds;
    }

    private double Prefill(int words)
    {
        var past = _model.Decoder.Load(0, _prefix);
        var tokens = Tokens(words);
        return Time(() => _model.Decoder.Prefill(0, tokens, past, _outputs));
    }

    private double Decode(int words)
    {
        var past = _model.Decoder.Load(0, _prefix);
        var token = Tokens(1)[0];
        return Time(() =>
        {
            for (var i = 0; i < words; i++)
            {
                _model.Decoder.Step([new DecodeRow(0, token, past + i)], _outputs);
            }
        });
    }

    private double Step(int rows)
    {
        const int Steps = 8;
        var read = Tokens(rows).Select((token, slot) => new DecodeRow(slot, token, _model.Decoder.Load(slot, _prefix))).ToArray();
        var milliseconds = Time(() =>
        {
            for (var i = 0; i < Steps; i++)
            {
                _model.Decoder.Step(read, _outputs);
                Array.ForEach(read, row => read[row.Slot] = row with { Past = row.Past + 1 });
            }
        });
        for (var slot = 1; slot < rows; slot++)
        {
            _model.Decoder.Free(slot);
        }

        return milliseconds / Steps;
    }

    /// <summary>Through the grains of this process: the time until as many questions as there are callers are answered.</summary>
    private async Task<GrowthCurve> CallersAsync(CancellationToken cancellation)
    {
        const int Questions = 64;
        await using var engine = await EngineTarget.OpenAsync(_bundle, _book, cancellation: cancellation);
        var taken = Doubling.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < Math.Max(1, _rounds / 4); round++)
        {
            for (var i = 0; i < Doubling.Length; i++)
            {
                var random = new Random((round * 100) + i);
                var plan = new Plan
                {
                    Uploads = [0],
                    WarmUp = [new Ask(0, new Question(Task: VisionTask.Caption))],
                    Asks = [.. Enumerable.Range(0, Questions).Select(_ => new Ask(0, new Inquirer(_book.SceneOf(0), random).Fresh()))],
                    Clients = Doubling[i],
                };
                await engine.PrepareAsync(plan, cancellation);
                var outcome = await engine.RunAsync(plan, cancellation);
                taken[i].Add(Spread.At([.. outcome.Operations.Select(done => done.Milliseconds).Order()], 0.5));
            }
        }

        var curve = new GrowthCurve(
            "callers", "latency (p50) of a question about a new region of a warm image, in process", "callers at once",
            [.. Doubling.Zip(taken, (count, times) => ((double)count, Spread.Of(times)))]);
        _tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"callers: {string.Join(", ", curve.Points.Select(point => $"{point.Count} → {SuiteText.Number(point.Ms.Median)} ms"))}; "
                    + $"exponent {curve.Exponent:0.00}"));
        return curve;
    }

    private ModelPrompt PromptOf(int regions)
    {
        var (errors, side) = (new FieldErrors(), Math.Min(_size.Width, _size.Height) / 2.0);
        var boxes = Enumerable.Range(0, regions).Select(k => Region.OfBox(k * 4, k * 4, side + (k * 4), side + (k * 4))).ToList();
        return new ModelPrompt(RegionCanonicalizer.Canonicalize(boxes, _size, errors));
    }

    // Any words will do: what they are changes no time.
    private int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => (_model.Generations.Vocabulary / 2) + (i % 64))];

    private static double Time(Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
