using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>A point as <c>[x, y]</c>.</summary>
public sealed class PointJsonConverter : JsonConverter<Point>
{
    public override Point Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<double> numbers = stackalloc double[2];
        NumberArray.Read(ref reader, numbers, "a point is [x, y]");
        return new(numbers[0], numbers[1]);
    }

    public override void Write(Utf8JsonWriter writer, Point value, JsonSerializerOptions options) =>
        NumberArray.Write(writer, [value.X, value.Y]);
}

/// <summary>A box as <c>[x0, y0, x1, y1]</c>.</summary>
public sealed class BoxJsonConverter : JsonConverter<Box>
{
    public override Box Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<double> numbers = stackalloc double[4];
        NumberArray.Read(ref reader, numbers, "a box is [x0, y0, x1, y1]");
        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    public override void Write(Utf8JsonWriter writer, Box value, JsonSerializerOptions options) =>
        NumberArray.Write(writer, [value.X0, value.Y0, value.X1, value.Y1]);
}

internal static class NumberArray
{
    public static void Read(ref Utf8JsonReader reader, scoped Span<double> numbers, string expected)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException(expected);
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
            {
                throw new JsonException(expected);
            }

            numbers[i] = reader.GetDouble();
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
        {
            throw new JsonException(expected);
        }
    }

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<double> numbers)
    {
        writer.WriteStartArray();
        foreach (var number in numbers)
        {
            // A hundredth of a pixel is finer than any model places a word.
            writer.WriteNumberValue(Math.Round(number, 2));
        }

        writer.WriteEndArray();
    }
}
