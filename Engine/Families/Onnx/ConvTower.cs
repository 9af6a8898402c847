using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Onnx;

/// <summary>
/// Convolutions one after another, each followed by a rectifier: in float32, or in eight bits where it is known between what every
/// value lies. In eight bits a processor does four times as many at once, the rectifier costs nothing, and a sum has the same bits
/// in any order.
/// </summary>
/// <remarks>
/// Weights and values have a step for each channel; those of values are put into the weights before and behind them (Nagel et al.,
/// "Data-Free Quantization", ICCV 2019), so that a convolution sees and gives steps. Weights stay in the file as they are: they are
/// rounded by operations over initializers, once, when the graph is loaded.
/// </remarks>
/// <param name="graph">Where it is written.</param>
/// <param name="ranges">Of every value by name its channels' least and most, [2, C]; null for float32.</param>
internal sealed class ConvTower(GraphWriter graph, SafeTensors? ranges)
{
    // So that a channel without weights can be divided by.
    private const float Least = 1e-12f;

    // Seven bits of a weight: a processor without VNNI adds two products in 16 bits, which hold no more.
    private const float Most = 63;

    private readonly List<string> _named = [];
    private readonly Dictionary<string, EightBits> _bits = [];

    /// <summary>A value between two convolutions.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Whole">In float32, in the graph; null where it is there in eight bits alone.</param>
    internal readonly record struct Value(string Name, string? Whole);

    /// <summary>The values whose ranges are needed; a graph in float32 calls them so.</summary>
    public IReadOnlyList<string> Named => _named;

    /// <summary>Takes in a value of float32.</summary>
    public Value Enter(string value, string name) => new(name, ranges is null ? Call(value, name) : value);

    /// <summary>Gives a value out as float32.</summary>
    public string Leave(Value value) => value.Whole
        ?? graph.Once($"{value.Name} whole", () => graph.Op(
            "Mul", [graph.Op("DequantizeLinear", [Eight(value.Name), graph.Number(1), Zero(value.Name)]), Steps(value.Name)]));

    /// <summary>A convolution of 3 × 3.</summary>
    /// <param name="x">What is seen.</param>
    /// <param name="name">Of its weights, and of what it gives.</param>
    /// <param name="stride">Along both sides.</param>
    /// <param name="rectified">Whether what is below zero becomes zero.</param>
    public Value Conv(Value x, string name, int stride = 1, bool rectified = true)
    {
        if (ranges is null)
        {
            Need(x.Name);
            Need(name);
            var seen = graph.Conv(x.Whole!, name, stride: stride);
            return Enter(rectified ? graph.Op("Relu", [seen]) : seen, name);
        }

        // ONNX Runtime rounds with a step for each channel twenty times slower than with one for all; hence the products.
        var one = graph.Number(1);
        var input = x.Whole is { } whole
            ? graph.Once(Eight(x.Name), () => graph.Node(
                "", "QuantizeLinear", [graph.Op("Mul", [whole, Steps(x.Name, isInverse: true)]), one, Zero(x.Name)], [Eight(x.Name)]))
            : Eight(x.Name);
        var (weight, steps, zeros, bias) = Rounded(x.Name, name);
        graph.Node(
            "", "QLinearConv", [input, one, Zero(x.Name), weight, steps, zeros, one, Zero(name), bias], [Eight(name)],
            ("kernel_shape", (int[])[3, 3]), ("strides", (int[])[stride, stride]), ("pads", (int[])[1, 1, 1, 1]));
        return new(name, null);
    }

    /// <summary>Two convolutions beside what they see, summed as float32 and rectified.</summary>
    public Value Residual(Value x, string name)
    {
        var beside = Conv(Conv(x, $"{name}.first"), $"{name}.second", rectified: false);
        return Enter(graph.Op("Relu", [graph.Op("Add", [Leave(x), Leave(beside)])]), name);
    }

    // Weights between the steps of what is seen and of what is given: int8, with a step for each output channel.
    private (string Weight, string Steps, string Zeros, string Bias) Rounded(string seen, string name)
    {
        var given = graph.Reshape(Steps(name), -1, 1, 1, 1);
        var weight = graph.Op("Div", [graph.Op("Mul", [graph.Weight($"{name}.weight"), graph.Reshape(Steps(seen), 1, -1, 1, 1)]), given]);
        var most = graph.Op("ReduceMax", [graph.Op("Abs", [weight]), graph.Numbers(1, 2, 3)], ("keepdims", 1));
        var step = graph.Op("Div", [graph.Op("Max", [most, graph.Number(Least)]), graph.Number(Most)]);
        var steps = graph.Reshape(step, -1);
        var bias = graph.Op("Div", [graph.Op("Div", [graph.Weight($"{name}.bias"), graph.Reshape(Steps(name), -1)]), steps]);
        return (
            Round(graph.Op("Div", [weight, step]), TensorElementType.Int8),
            steps,
            Round(graph.Op("Mul", [steps, graph.Number(0)]), TensorElementType.Int8),
            Round(bias, TensorElementType.Int32));
    }

    private string Round(string value, TensorElementType type) => graph.Op("Cast", [graph.Op("Round", [value])], ("to", (int)type));

    // Of a graph in float32 every value has its name, so that it can be looked at.
    private string Call(string value, string name) => graph.Node("", "Identity", [value], [name]);

    private void Need(string name)
    {
        if (!_named.Contains(name))
        {
            _named.Add(name);
        }
    }

    private EightBits BitsOf(string name)
    {
        if (_bits.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!ranges!.Tensors.ContainsKey(name))
        {
            throw new BundleException(
                $"{ranges.Path}: the range of '{name}' is not there. Make the ranges anew: ./loupe bundle pixel DIR --calibrate PICTURES.");
        }

        var both = ranges.Read(name).AsSpan();
        return _bits[name] = EightBits.Between(both[..(both.Length / 2)], both[(both.Length / 2)..]);
    }

    // [C, 1, 1], as what they are multiplied with.
    private string Steps(string name, bool isInverse = false)
    {
        var steps = BitsOf(name).Steps;
        return graph.Values(
            $"{(isInverse ? "inverse " : "")}steps of {name}", [steps.Length, 1, 1], isInverse
                ? Array.ConvertAll(steps, step => 1 / step)
                : steps);
    }

    private string Zero(string name) => graph.Byte(BitsOf(name).Zero);

    private static string Eight(string name) => $"{name}.eight";
}
