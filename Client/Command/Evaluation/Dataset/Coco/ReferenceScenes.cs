using System.Globalization;
using System.Text.Json;

namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>
/// Questions from referring expressions (RefCOCO, RefCOCO+, RefCOCOg): locate by each sentence and, for things with an
/// outline, segment by each sentence and from the box.
/// </summary>
internal sealed class ReferenceScenes(string path, IReadOnlyList<CocoReference?> references, CocoIndex index, PictureFinder pictures)
{
    /// <exception cref="DatasetException">An entry that makes no sense, a missing picture, an unknown split.</exception>
    public IReadOnlyList<EvaluationScene> Read(DatasetChoice choice)
    {
        var wanted = references
            .Select((reference, i) => (
                Reference: reference ?? throw new DatasetException($"{path}: ref {i} is null"),
                Where: $"{path}: ref {reference.RefId?.ToString(CultureInfo.InvariantCulture) ?? $"at index {i}"}"))
            .Where(entry => choice.Split is null || entry.Reference.Split == choice.Split)
            .ToList();
        if (wanted.Count == 0)
        {
            var splits = references.Select(reference => reference!.Split).OfType<string>().Distinct().Order();
            throw new DatasetException($"{path} has no refs of the split '{choice.Split}'; there is {string.Join(", ", splits)}");
        }

        return [.. wanted
            .GroupBy(entry => entry.Reference.ImageId ?? index.Annotation(entry.Where, entry.Reference.AnnotationId).ImageId)
            .Take(choice.Limit ?? int.MaxValue)
            .Select(group => Scene(index.Image(group.First().Where, group.Key), [.. group]))];
    }

    private EvaluationScene Scene(CocoImage image, IReadOnlyList<(CocoReference Reference, string Where)> mine)
    {
        var where = index.Where(image);
        DatasetLimits.CheckSize(where, image.Width, image.Height);
        DatasetLimits.Check(where, "refs", mine.Count, DatasetLimits.PerImage);
        List<SceneObject> objects = [];
        List<SceneQuestion> questions = [];
        Dictionary<long, int> known = [];
        foreach (var (reference, entry) in mine)
        {
            var annotation = index.Annotation(entry, reference.AnnotationId);
            if (annotation.ImageId != image.Id)
            {
                throw new DatasetException($"{entry}: annotation {annotation.Id} is of another image");
            }

            if (!known.TryGetValue(annotation.Id!.Value, out var at))
            {
                known[annotation.Id.Value] = at = objects.Count;
                var box = index.Box(annotation);
                DatasetLimits.CheckBox(index.Where(annotation), box);
                objects.Add(new() { Name = index.Category(annotation), Box = box, Mask = index.Mask(annotation, image) });
            }

            questions.AddRange(Sentences(entry, reference).SelectMany(text => Ask(text, objects[at], at)));
        }

        return new()
        {
            File = pictures.Find(where, image.FileName ?? ""),
            HeldOut = null,
            Complete = true,
            Width = image.Width,
            Height = image.Height,
            Objects = objects,
            Questions = [.. questions, .. CocoQuestions.Segments(objects, image)],
        };
    }

    private static IEnumerable<SceneQuestion> Ask(string text, SceneObject thing, int at)
    {
        yield return new() { Task = VisionTask.Locate, Kind = "expression", Text = text, Box = thing.Box };
        if (thing.Mask is not null)
        {
            yield return new() { Task = VisionTask.Segment, Kind = "text", Text = text, Object = at };
        }
    }

    private static IReadOnlyList<string> Sentences(string where, CocoReference reference)
    {
        List<string?> texts = [.. (reference.Sentences ?? []).Select(Text)];
        if (reference.Sent is not null)
        {
            texts.Add(reference.Sent);
        }

        DatasetLimits.Check(where, "sentences", texts.Count, DatasetLimits.PerImage);
        return texts.Count > 0 && texts.All(text => text is { Length: > 0 and <= DatasetLimits.Text } && !string.IsNullOrWhiteSpace(text))
            ? [.. texts.OfType<string>()]
            : throw new DatasetException(
                $"{where} has no \"sentences\" (each a text, or an object with \"sent\") and no \"sent\", or one that is empty or too "
                    + "long");
    }

    private static string? Text(JsonElement sentence) => sentence.ValueKind switch
    {
        JsonValueKind.String => sentence.GetString(),
        JsonValueKind.Object when sentence.TryGetProperty("sent", out var sent) && sent.ValueKind == JsonValueKind.String =>
            sent.GetString(),
        _ => null,
    };
}
