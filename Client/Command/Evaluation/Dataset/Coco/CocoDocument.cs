using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>Annotations in COCO's form (instances, captions, or both), with what RefCOCO adds.</summary>
internal sealed record CocoDocument
{
    public IReadOnlyList<CocoImage?>? Images { get; init; }

    public IReadOnlyList<CocoAnnotation?>? Annotations { get; init; }

    public IReadOnlyList<CocoCategory?>? Categories { get; init; }

    /// <summary>Referring expressions, where a file has them beside the annotations.</summary>
    public IReadOnlyList<CocoReference?>? Refs { get; init; }
}

internal sealed record CocoImage
{
    public long? Id { get; init; }

    [JsonPropertyName("file_name")]
    public string? FileName { get; init; }

    /// <summary>Pixels.</summary>
    public int Width { get; init; }

    /// <summary>Pixels.</summary>
    public int Height { get; init; }

    public string? Split { get; init; }
}

internal sealed record CocoAnnotation
{
    public long? Id { get; init; }

    [JsonPropertyName("image_id")]
    public long? ImageId { get; init; }

    [JsonPropertyName("category_id")]
    public long? CategoryId { get; init; }

    /// <summary>Left, top, width and height in pixels.</summary>
    public double[]? Bbox { get; init; }

    /// <summary>Polygons <c>[[x, y, x, y, …], …]</c>, or <c>{"size": [h, w], "counts": …}</c> with a string or numbers.</summary>
    public JsonElement? Segmentation { get; init; }

    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }

    public string? Caption { get; init; }
}

internal sealed record CocoCategory
{
    public long? Id { get; init; }

    public string? Name { get; init; }
}

/// <summary>One object that people referred to, after RefCOCO's <c>refs(…).p</c>.</summary>
internal sealed record CocoReference
{
    [JsonPropertyName("ref_id")]
    public long? RefId { get; init; }

    [JsonPropertyName("ann_id")]
    public long? AnnotationId { get; init; }

    [JsonPropertyName("image_id")]
    public long? ImageId { get; init; }

    public string? Split { get; init; }

    /// <summary>Each a text, or an object with <c>sent</c>.</summary>
    public IReadOnlyList<JsonElement>? Sentences { get; init; }

    /// <summary>The one expression, in flat lists.</summary>
    public string? Sent { get; init; }
}
