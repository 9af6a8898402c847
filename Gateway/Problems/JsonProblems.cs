using System.Text.Json;
using System.Text.RegularExpressions;

namespace Loupe.Gateway.Problems;

/// <summary>Tells a caller what is wrong with the JSON they sent, in the words of JSON and not of the server's types.</summary>
internal static partial class JsonProblems
{
    /// <summary>The field that stands for the whole body.</summary>
    public const string Body = "body";

    public static LocalizerException Of(JsonException exception) => LocalizerException.Invalid(FieldOf(exception), MessageOf(exception));

    /// <summary>The field, and what is wrong with it.</summary>
    public static (string Field, string Message) Tell(JsonException exception) => (FieldOf(exception), MessageOf(exception));

    /// <summary><c>$.regions[0].box</c> → <c>regions[0].box</c>.</summary>
    private static string FieldOf(JsonException exception) => exception.Path switch
    {
        null or "" or "$" => Body,
        ['$', '.', .. var field] => field,
        ['$', .. var field] => field,
        var field => field,
    };

    private static string MessageOf(JsonException exception)
    {
        var message = Place().Replace(exception.Message, "");
        if (Conversion().Match(message) is { Success: true } conversion)
        {
            return $"is not {Expected(conversion.Groups["type"].Value)}.";
        }

        // Only what the reader itself finds has a place in the text; what a converter says is about a value.
        return exception is { InnerException: JsonException, LineNumber: { } line, BytePositionInLine: { } column }
            ? $"{message} (line {line + 1}, byte {column + 1})"
            : message;
    }

    private static string Expected(string type) => type switch
    {
        _ when type.Contains("Int32", StringComparison.Ordinal) => "a whole number within 32 bits",
        _ when type.Contains("Double", StringComparison.Ordinal) => "a number",
        _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
        _ when type.Contains("List", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) =>
            "an array of the expected elements",
        _ when type.Contains("String", StringComparison.Ordinal) => "a string",
        _ => "an object of the expected form",
    };

    [GeneratedRegex(@"\s*Path: .*$|\s*LineNumber: .*$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex(@"could not be converted to (?<type>\S+?)\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex Conversion();
}
