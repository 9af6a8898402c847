using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Loupe.Engine.Families.Onnx.Format;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = Loupe.Engine.Families.Onnx.Format.Tensor;

namespace Loupe.Engine.Families.Onnx;

/// <summary>A dimension of what a graph takes or gives: a number, or a name where it is free.</summary>
internal readonly record struct Dimension(string? Name, long Size)
{
    public static implicit operator Dimension(long size) => new(null, size);

    public static implicit operator Dimension(string name) => new(name, 0);
}

/// <summary>
/// Writes an ONNX graph whose weights stay in the file that they were published in: an initializer names its offset and length
/// there. Every operation returns the name of what it gives.
/// </summary>
/// <param name="weights">Where the weights are; the graph is to lie in the same directory.</param>
/// <param name="compute">What is computed with: float32, or float16.</param>
internal sealed class GraphWriter(SafeTensors weights, TensorElementType compute = TensorElementType.Float)
{
    /// <summary>The domain of ONNX Runtime's own fused operations.</summary>
    public const string Fused = "com.microsoft";

    private const int IrVersion = 10;
    private const int OperatorSetVersion = 18;

    private readonly Graph _graph = new();
    private readonly Dictionary<string, string> _made = [];
    private int _count;

    /// <summary>What the graph takes.</summary>
    public string Input(string name, TensorElementType type, params ReadOnlySpan<Dimension> shape)
    {
        _graph.Input.Add(Info(name, type, shape));
        return name;
    }

    /// <summary>Names what the graph gives.</summary>
    public void Output(string value, string name, TensorElementType type, params ReadOnlySpan<Dimension> shape)
    {
        _graph.Node.Add(new Node { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        _graph.Output.Add(Info(name, type, shape));
    }

    /// <summary>Names what an operation gives itself, so that it may be written where it was read from.</summary>
    public void OutputOf(string name, TensorElementType type, params ReadOnlySpan<Dimension> shape) =>
        _graph.Output.Add(Info(name, type, shape));

    /// <summary>An operation with one result.</summary>
    public string Op(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node("", type, inputs, [NewName(type)], attributes);

    /// <summary>An operation of <see cref="Fused"/> with one result.</summary>
    public string FusedOp(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node(Fused, type, inputs, [NewName(type)], attributes);

    /// <summary>An operation whose results have given names; returns the first.</summary>
    public string Node(
        string domain, string type, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs,
        params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new Node
        {
            OpType = type,
            Domain = domain,
            Name = outputs[0],
            Input = { inputs.ToArray() },
            Output = { outputs.ToArray() },
        };
        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(value switch
            {
                float number => new NodeAttribute { Name = name, F = number, Type = NodeAttribute.Types.Kind.Float },
                int number => new NodeAttribute { Name = name, I = number, Type = NodeAttribute.Types.Kind.Int },
                string text => new NodeAttribute { Name = name, S = ByteString.CopyFromUtf8(text), Type = NodeAttribute.Types.Kind.String },
                int[] numbers =>
                    new NodeAttribute { Name = name, Ints = { numbers.Select(n => (long)n) }, Type = NodeAttribute.Types.Kind.Ints },
                _ => throw new ArgumentException($"An attribute cannot be a {value.GetType()}.", nameof(attributes)),
            });
        }

        _graph.Node.Add(node);
        return outputs[0];
    }

    /// <summary>A name that nothing has yet.</summary>
    public string NewName(string of) => string.Create(CultureInfo.InvariantCulture, $"{of}_{_count++}");

    /// <summary>A tensor of the weights as it was published.</summary>
    public string Published(string name) => Once(name, () =>
    {
        var place = weights.Find(name);
        _graph.Initializer.Add(new Tensor
        {
            Name = name,
            DataType = (int)place.Type,
            Dims = { place.Shape },
            DataLocation = Tensor.Types.Location.External,
            ExternalData =
            {
                new Entry { Key = "location", Value = Path.GetFileName(weights.Path) },
                new Entry { Key = "offset", Value = place.Offset.ToString(CultureInfo.InvariantCulture) },
                new Entry { Key = "length", Value = place.Bytes.ToString(CultureInfo.InvariantCulture) },
            },
        });
        return name;
    });

    /// <summary>A tensor of the weights as it is computed with; converted once, when the graph is loaded.</summary>
    public string Weight(string name) => Once($"{name} computed", () => ToCompute(Published(name), weights.Find(name).Type));

    /// <summary>Converts a value to what is computed with.</summary>
    public string ToCompute(string value, TensorElementType from) => from == compute ? value : Op("Cast", [value], ("to", (int)compute));

    /// <summary>A matrix of the weights, turned; once, when the graph is loaded.</summary>
    public string Turned(string name) => Once($"{name} turned", () => Op("Transpose", [Weight(name)], ("perm", (int[])[1, 0])));

    /// <summary>Something of the weights that several places share.</summary>
    public string Once(string key, Func<string> make)
    {
        if (!_made.TryGetValue(key, out var name))
        {
            _made[key] = name = make();
        }

        return name;
    }

    /// <summary>Numbers that shape others: int64 [n].</summary>
    public string Numbers(params long[] values) => Once($"numbers {string.Join(' ', values)}", () => Constant(
        TensorElementType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values)));

    /// <summary>One number that is computed with.</summary>
    public string Number(float value) =>
        Once(string.Create(CultureInfo.InvariantCulture, $"number {value:R}"), () => compute == TensorElementType.Float16
        ? Constant(compute, [], MemoryMarshal.AsBytes<Half>([(Half)value]))
        : Constant(compute, [], MemoryMarshal.AsBytes<float>([value])));

    /// <summary>One number of eight bits.</summary>
    public string Byte(byte value) => Once($"byte {value}", () => Constant(TensorElementType.UInt8, [], [value]));

    /// <summary>Numbers that are computed with, of the model and of no file; float32.</summary>
    /// <param name="name">What they are; the same for the same numbers.</param>
    /// <param name="shape">Their dimensions.</param>
    /// <param name="values">As many as the shape holds.</param>
    public string Values(string name, ReadOnlySpan<long> shape, float[] values)
    {
        var sizes = shape.ToArray();
        return Once($"values {name}", () => Constant(TensorElementType.Float, sizes, MemoryMarshal.AsBytes<float>(values)));
    }

    /// <summary>An axis in parts.</summary>
    public string[] Split(string value, int axis, params long[] sizes)
    {
        string[] parts = [.. sizes.Select(_ => NewName("Split"))];
        Node("", "Split", [value, Numbers(sizes)], parts, ("axis", axis));
        return parts;
    }

    /// <summary>The file's content.</summary>
    public byte[] ToBytes(string name)
    {
        _graph.Name = name;
        return new Model
        {
            IrVersion = IrVersion,
            ProducerName = "loupe",
            Graph = _graph,
            OpsetImport = { new OperatorSet { Version = OperatorSetVersion }, new OperatorSet { Domain = Fused, Version = 1 } },
        }.ToByteArray();
    }

    private string Constant(TensorElementType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> data)
    {
        var name = NewName("Constant");
        _graph.Initializer.Add(
            new Tensor { Name = name, DataType = (int)type, Dims = { shape.ToArray() }, RawData = ByteString.CopyFrom(data) });
        return name;
    }

    private static ValueInfo Info(string name, TensorElementType type, ReadOnlySpan<Dimension> shape)
    {
        var axes = new Shape();
        foreach (var dimension in shape)
        {
            axes.Dim.Add(
                dimension.Name is { } free ? new Shape.Types.Axis { DimParam = free } : new Shape.Types.Axis { DimValue = dimension.Size });
        }

        return new ValueInfo
        {
            Name = name,
            Type = new Format.Type { TensorType = new Format.Type.Types.TensorType { ElemType = (int)type, Shape = axes } },
        };
    }
}
