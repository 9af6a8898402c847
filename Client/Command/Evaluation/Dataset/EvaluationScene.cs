using System.Text.Json.Serialization;

namespace Loupe.Command.Evaluation.Dataset;

/// <summary>One line of <c>split.jsonl</c>: a picture, what is in it, and what to ask about it.</summary>
internal sealed record EvaluationScene
{
    /// <summary>The picture's file, relative to the dataset's folder, or a full path.</summary>
    public required string File { get; init; }

    public string? Style { get; init; }

    /// <summary>Whether the model never saw this style of drawing in training; null where a dataset knows no styles.</summary>
    public bool? HeldOut { get; init; } = false;

    /// <summary>Whether <see cref="Questions"/> are all there is to ask: nothing is derived from the objects.</summary>
    [JsonIgnore]
    public bool Complete { get; init; }

    /// <summary>Which split the scene is of, where a file holds several.</summary>
    public string? Split { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    public string? Setting { get; init; }

    public IReadOnlyList<SceneObject> Objects { get; init; } = [];

    public IReadOnlyList<SceneQuestion> Questions { get; init; } = [];
}

/// <summary>A thing in a scene.</summary>
internal sealed record SceneObject
{
    public required string Name { get; init; }

    public string? Kind { get; init; }

    /// <summary>Pixels of the picture.</summary>
    public required Box Box { get; init; }

    /// <summary>Its outline as COCO RLE, where the dataset has outlines.</summary>
    public Mask? Mask { get; init; }
}

/// <summary>A question about a scene and what counts as a right answer.</summary>
internal sealed record SceneQuestion
{
    public VisionTask Task { get; init; }

    /// <summary>What sort of question it is, such as <c>count</c> or <c>relation</c>.</summary>
    public string? Kind { get; init; }

    public IReadOnlyList<Region> Regions { get; init; } = [];

    public string? Text { get; init; }

    /// <summary>Wordings that count as right, the canonical one first.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>
    /// For captions that people wrote: the wordings that a caption is compared with. Null where the first of
    /// <see cref="Accept"/> is that wording and the others are names.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>The one right wording, in the lists of demo scenes.</summary>
    public string? Expected { get; init; }

    /// <summary>For <c>locate</c>: where the thing is; null if nothing in the picture fits.</summary>
    public Box? Box { get; init; }

    /// <summary>For <c>segment</c>: which of the scene's objects has the true mask; null if nothing in the picture fits.</summary>
    public int? Object { get; init; }
}
