using System.Text;

namespace Loupe.Engine.Tests.Files;

/// <summary>
/// Writes ONNX files of a few nodes, as protocol buffers; the numbers are the fields of onnx.proto3.
/// </summary>
internal sealed class OnnxFile
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Float16 = 10;

    private readonly List<byte> _graph = [];

    /// <param name="op">Of the default domain, version 17.</param>
    /// <param name="inputs">Names.</param>
    /// <param name="output">Name.</param>
    /// <param name="attributes">Numbers, or lists of them.</param>
    public OnnxFile Node(string op, string[] inputs, string output, params (string Name, long[] Numbers, bool IsList)[] attributes)
    {
        List<byte> node = [];
        foreach (var input in inputs)
        {
            Text(node, 1, input);
        }

        Text(node, 2, output);
        Text(node, 3, $"{op}_{output}");
        Text(node, 4, op);
        foreach (var (name, numbers, isList) in attributes)
        {
            List<byte> attribute = [];
            Text(attribute, 1, name);
            foreach (var number in numbers)
            {
                Number(attribute, isList ? 8 : 3, number);
            }

            Number(attribute, 20, isList ? 7 : 2);
            Bytes(node, 5, attribute);
        }

        Bytes(_graph, 1, node);
        return this;
    }

    public OnnxFile Constant(string name, long[] shape, params float[] numbers) =>
        Constant(name, Float, shape, [.. numbers.SelectMany(BitConverter.GetBytes)]);

    public OnnxFile Constant(string name, long[] shape, params long[] numbers) =>
        Constant(name, Int64, shape, [.. numbers.SelectMany(BitConverter.GetBytes)]);

    /// <param name="name">Name.</param>
    /// <param name="type">Number format.</param>
    /// <param name="shape">A text is a free dimension, a number a fixed one.</param>
    public OnnxFile Input(string name, int type, params object[] shape) => Value(11, name, type, shape);

    /// <inheritdoc cref="Input"/>
    public OnnxFile Output(string name, int type, params object[] shape) => Value(12, name, type, shape);

    /// <summary>The whole file.</summary>
    public byte[] Whole()
    {
        List<byte> opset = [], model = [];
        Text(opset, 1, "");
        Number(opset, 2, 17);
        Number(model, 1, 8);
        Bytes(model, 8, opset);
        Text(_graph, 2, "graph");
        Bytes(model, 7, _graph);
        return [.. model];
    }

    private static void Number(List<byte> to, int field, long number)
    {
        Varint(to, (ulong)field << 3);
        Varint(to, (ulong)number);
    }

    private static void Text(List<byte> to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(List<byte> to, int field, IReadOnlyCollection<byte> bytes)
    {
        Varint(to, ((ulong)field << 3) | 2);
        Varint(to, (ulong)bytes.Count);
        to.AddRange(bytes);
    }

    private static void Varint(List<byte> to, ulong number)
    {
        for (; number > 0x7f; number >>= 7)
        {
            to.Add((byte)(number | 0x80));
        }

        to.Add((byte)number);
    }

    private OnnxFile Constant(string name, int type, long[] shape, byte[] raw)
    {
        List<byte> tensor = [];
        foreach (var dimension in shape)
        {
            Number(tensor, 1, dimension);
        }

        Number(tensor, 2, type);
        Text(tensor, 8, name);
        Bytes(tensor, 9, raw);
        Bytes(_graph, 5, tensor);
        return this;
    }

    private OnnxFile Value(int field, string name, int type, object[] shape)
    {
        List<byte> dimensions = [], tensor = [], kind = [], value = [];
        foreach (var dimension in shape)
        {
            List<byte> one = [];
            if (dimension is string free)
            {
                Text(one, 2, free);
            }
            else
            {
                Number(one, 1, Convert.ToInt64(dimension, System.Globalization.CultureInfo.InvariantCulture));
            }

            Bytes(dimensions, 1, one);
        }

        Number(tensor, 1, type);
        Bytes(tensor, 2, dimensions);
        Bytes(kind, 1, tensor);
        Text(value, 1, name);
        Bytes(value, 2, kind);
        Bytes(_graph, field, value);
        return this;
    }
}
