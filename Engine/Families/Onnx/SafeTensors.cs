using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Onnx;

/// <summary>Where a tensor lies in a file.</summary>
/// <param name="Type">Its numbers.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Offset">Bytes before it, from the beginning of the file.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record TensorPlace(TensorElementType Type, long[] Shape, long Offset, long Bytes);

/// <summary>
/// The table of contents of a <c>safetensors</c> file: eight bytes of length, a JSON object that says of every tensor its type,
/// shape and place, then the tensors. Everything it says is checked against the file.
/// </summary>
internal sealed class SafeTensors
{
    private const int MaxHeader = 64 << 20;

    private readonly Dictionary<string, TensorPlace> _tensors;

    private SafeTensors(string path, Dictionary<string, TensorPlace> tensors) => (Path, _tensors) = (path, tensors);

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorPlace> Tensors => _tensors;

    /// <summary>Reads a file's table of contents, not its tensors.</summary>
    /// <exception cref="BundleException">It is not such a file, or not whole.</exception>
    public static SafeTensors Open(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[sizeof(long)];
            file.ReadExactly(start);
            var length = BinaryPrimitives.ReadInt64LittleEndian(start);
            if (length is < 2 or > MaxHeader || length > file.Length - sizeof(long))
            {
                throw Wrong(
                    path,
                    $"its header should be 2 bytes to {MaxHeader >> 20} MiB and within the file, found {length} bytes of {file.Length}");
            }

            var header = new byte[length];
            file.ReadExactly(header);
            using var table = JsonDocument.Parse(header);
            var data = sizeof(long) + length;
            return new(path, table.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__")
                .ToDictionary(entry => entry.Name, entry => Place(path, entry.Name, entry.Value, data, file.Length)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException
                or ArgumentException)
        {
            throw Wrong(path, error.Message);
        }
    }

    /// <summary>A tensor of a file that must have it.</summary>
    /// <exception cref="BundleException">It has not.</exception>
    public TensorPlace Find(string name) => _tensors.GetValueOrDefault(name)
        ?? throw Wrong(
            Path,
            $"the tensor '{name}' is missing; is it the whole model, in the publisher's own names or those of transformers' checkpoints?");

    /// <summary>The numbers of a tensor as float32.</summary>
    public float[] Read(string name)
    {
        var place = Find(name);
        var bytes = new byte[place.Bytes];
        using var file = File.OpenRead(Path);
        file.Position = place.Offset;
        file.ReadExactly(bytes);
        return place.Type == TensorElementType.Float
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half);
    }

    /// <summary>Writes such a file, of float32.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, (long[] Shape, float[] Values)> tensors)
    {
        var (table, offset) = (new JsonObject(), 0L);
        foreach (var (name, (shape, values)) in tensors)
        {
            var end = offset + ((long)values.Length * sizeof(float));
            table[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        // Numbers begin at a multiple of their size.
        var header = Encoding.UTF8.GetBytes(table.ToJsonString());
        Span<byte> start = stackalloc byte[sizeof(long)];
        var length = (header.Length + sizeof(long) - 1) / sizeof(long) * sizeof(long);
        BinaryPrimitives.WriteInt64LittleEndian(start, length);
        using var file = File.Create(path);
        file.Write(start);
        file.Write(header);
        file.Write(Enumerable.Repeat((byte)' ', length - header.Length).ToArray());
        foreach (var (_, values) in tensors.Values)
        {
            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static TensorPlace Place(string path, string name, JsonElement entry, long data, long file)
    {
        var type = entry.GetProperty("dtype").GetString() switch
        {
            "F16" => TensorElementType.Float16,
            "F32" => TensorElementType.Float,
            var other => throw Wrong(path, $"the tensor '{name}' should be F16 or F32, found {other}"),
        };
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] span = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        var bytes = shape.Aggregate(type == TensorElementType.Float ? 4L : 2L, (product, size) => checked(product * size));
        return shape.All(size => size > 0) && span is [>= 0, _] && span[1] - span[0] == bytes && data + span[1] <= file
            ? new TensorPlace(type, shape, data + span[0], bytes)
            : throw Wrong(path, $"the tensor '{name}' does not lie within the file as its shape says; the file may not be whole");
    }

    private static BundleException Wrong(string path, string what) => new($"{path}: {what}. It should be a safetensors file.");
}
