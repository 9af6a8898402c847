using System.Text;
using System.Text.Json;
using Loupe.Engine.Families.Florence.Text;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>
/// Compares places with those that the original's processor finds. It cuts numbers to whole pixels and leaves out letters beyond
/// ASCII; for comparing, so are ours.
/// </summary>
internal static class PlaceComparison
{
    /// <summary>A kind by the name that the original gives it.</summary>
    public static AnswerKind KindOf(string name) => name switch
    {
        "ocr" => AnswerKind.Quads,
        "description_with_bboxes" => AnswerKind.Boxes,
        "phrase_grounding" => AnswerKind.Grounding,
        "bboxes" => AnswerKind.Proposals,
        "polygons" => AnswerKind.Polygons,
        "description_with_bboxes_or_polygons" => AnswerKind.BoxesOrPolygons,
        _ => AnswerKind.Text,
    };

    /// <summary>A kind by the token of the task.</summary>
    public static AnswerKind KindOfTask(string task) => KindOf(task switch
    {
        "<OCR_WITH_REGION>" => "ocr",
        "<OD>" or "<DENSE_REGION_CAPTION>" => "description_with_bboxes",
        "<CAPTION_TO_PHRASE_GROUNDING>" => "phrase_grounding",
        "<REGION_PROPOSAL>" => "bboxes",
        "<REFERRING_EXPRESSION_SEGMENTATION>" or "<REGION_TO_SEGMENTATION>" => "polygons",
        "<OPEN_VOCABULARY_DETECTION>" => "description_with_bboxes_or_polygons",
        _ => "pure_text",
    });

    /// <summary>Whether all that is somewhere is somewhere in both.</summary>
    public static bool AreSame(IReadOnlyList<Placed> ours, JsonElement theirs) => theirs.ValueKind == JsonValueKind.Array
        && ours.Select(TextOf).SequenceEqual(theirs.EnumerateArray().Select(TextOf), StringComparer.Ordinal);

    private static string TextOf(Placed placed)
    {
        var phrase = string.Concat(placed.Phrase.Where(char.IsAscii));
        return $"{phrase}: {string.Join("; ", placed.Outlines.Select(outline => string.Join(' ', outline.Select(number => (int)number))))}";
    }

    private static string TextOf(JsonElement found)
    {
        var text = new StringBuilder(
            found.TryGetProperty("cat_name", out var name) || found.TryGetProperty("text", out name) ? name.GetString() : "").Append(": ");
        var places = found.TryGetProperty("polygons", out var outlines)
            || found.TryGetProperty("bbox", out outlines)
            || found.TryGetProperty("quad_box", out outlines)
            ? outlines
            : default;
        var isMany = places.GetArrayLength() > 0 && places[0].ValueKind == JsonValueKind.Array;
        return text.AppendJoin("; ", (isMany ? places.EnumerateArray().ToArray() : [places])
            .Select(outline => string.Join(' ', outline.EnumerateArray().Select(number => (int)number.GetDouble())))).ToString();
    }
}
