using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Tests.Families.Onnx;

/// <summary>Convolutions say in eight bits what they say in float32, as nearly as their steps allow.</summary>
public sealed class ConvTowerTests : IDisposable
{
    private const int Channels = 16;
    private const int Side = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-tower-").FullName;
    private readonly Random _random = new(3);
    private readonly SafeTensors _weights;

    public ConvTowerTests()
    {
        var path = Path.Combine(_folder, "model.safetensors");
        var tensors = new Dictionary<string, (long[] Shape, float[] Values)>();
        foreach (var name in (string[])["block.first", "block.second", "down"])
        {
            tensors[$"{name}.weight"] = ([Channels, Channels, 3, 3], Numbers(Channels * Channels * 9, 0.15f));
            tensors[$"{name}.bias"] = ([Channels], Numbers(Channels, 0.3f));
        }

        SafeTensors.Write(path, tensors);
        _weights = SafeTensors.Open(path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Eight_bits_say_nearly_the_same()
    {
        var picture = Numbers(Channels * Side * Side, 2);
        var (whole, ranges) = Measure(picture);

        var eight = Run(Write(ranges, named: null), ["given"], picture)[0];

        var gap = whole.Zip(eight, (a, b) => Math.Abs(a - b)).Average() / whole.Average(Math.Abs);
        Assert.InRange(gap, 1e-6, 0.03);
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_and_beside_others()
    {
        var (one, other) = (Numbers(Channels * Side * Side, 2), Numbers(Channels * Side * Side, 2));
        var graph = Write(Measure(one).Ranges, named: null);

        var both = Run(graph, ["given"], [.. other, .. one])[0];

        Assert.Equal(Run(graph, ["given"], one)[0], both[(both.Length / 2)..]);
    }

    [Fact]
    public void A_range_that_is_missing_is_named()
    {
        var path = Path.Combine(_folder, "ranges.safetensors");
        SafeTensors.Write(path, new Dictionary<string, (long[] Shape, float[] Values)> { ["seen"] = ([2, 1], [0, 1]) });

        var missing = Assert.Throws<Loupe.Engine.Families.Bundles.BundleException>(() => Write(SafeTensors.Open(path), named: null));

        Assert.Contains("ranges.safetensors", missing.Message);
        Assert.Contains("'block.first'", missing.Message);
    }

    [Fact]
    public void A_step_holds_what_a_channel_said_and_zero_is_exact()
    {
        var bits = EightBits.Between([-1, 0, -0.01f], [3, 1, 0]);

        Assert.Equal(64, bits.Zero);
        Assert.All(bits.Steps, step => Assert.True(step > 0));
        Assert.True(bits.Steps[0] * (255 - 64) >= 3 && bits.Steps[0] * 64 >= 1);
        Assert.True(bits.Steps[1] < bits.Steps[0]);
    }

    [Fact]
    public void What_is_never_below_zero_has_all_steps_above_it() => Assert.Equal(0, EightBits.Between([0, 0], [2, 5]).Zero);

    [Fact]
    public void A_value_that_was_always_zero_still_has_a_step() =>
        Assert.All(EightBits.Between([0], [0]).Steps, step => Assert.True(step > 0 && float.IsNormal(1 / step)));

    private (float[] Whole, SafeTensors Ranges) Measure(float[] picture)
    {
        var named = new List<string>();
        var values = Run(Write(null, named), ["given", .. named], picture);
        var path = Path.Combine(_folder, "ranges.safetensors");
        SafeTensors.Write(
            path, named.Zip(values[1..]).ToDictionary(value => value.First, value => ((long[])[2, Channels], Ends(value.Second))));
        return (values[0], SafeTensors.Open(path));

        static float[] Ends(float[] value)
        {
            var channels = value.Chunk(value.Length / Channels).ToArray();
            return [.. channels.Select(channel => channel.Min()), .. channels.Select(channel => channel.Max())];
        }
    }

    private byte[] Write(SafeTensors? ranges, List<string>? named)
    {
        var graph = new GraphWriter(_weights);
        var tower = new ConvTower(graph, ranges);
        var seen = tower.Enter(graph.Input("picture", TensorElementType.Float, "B", Channels, Side, Side), "seen");
        graph.Output(
            tower.Leave(tower.Conv(tower.Residual(seen, "block"), "down", stride: 2)), "given", TensorElementType.Float, "B", Channels,
            Side / 2, Side / 2);
        foreach (var name in named is null ? [] : tower.Named)
        {
            graph.OutputOf(name, TensorElementType.Float, "B", "C", "H", "W");
            named!.Add(name);
        }

        return graph.ToBytes("tower");
    }

    private float[][] Run(byte[] graph, IReadOnlyCollection<string> outputs, float[] picture)
    {
        var path = Path.Combine(_folder, "tower.onnx");
        File.WriteAllBytes(path, graph);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(path, options);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(picture, [picture.Length / (Channels * Side * Side), Channels, Side, Side]);
        using var values = session.Run(run, ["picture"], [input], outputs);
        return [.. values.Select(value => value.GetTensorDataAsSpan<float>().ToArray())];
    }

    private float[] Numbers(int count, float most) => [.. Enumerable.Range(0, count).Select(_ => most * ((2 * _random.NextSingle()) - 1))];
}
