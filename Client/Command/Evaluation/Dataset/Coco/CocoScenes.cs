namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>
/// Questions from annotations in COCO's form: detect for images with instances, segment from the box of each instance
/// with an outline, caption for captions (of the image, or of a box where they have one).
/// </summary>
internal sealed class CocoScenes(string path, CocoDocument document, PictureFinder pictures)
{
    private readonly CocoIndex _index = new(path, document);
    private int _crowds;
    private int _empty;

    /// <exception cref="DatasetException">An entry that makes no sense, a missing picture, an unknown split.</exception>
    public IReadOnlyList<EvaluationScene> Read(DatasetChoice choice)
    {
        if (choice.Split is { } split && _index.Images.All(image => image.Split is null))
        {
            throw new DatasetException($"{path} has no splits: there is no '{split}'");
        }

        var byImage = _index.ByImage();
        return [.. _index.Images
            .Where(image => (choice.Split is null || image.Split == choice.Split) && byImage.Contains(image.Id!.Value))
            .Select(image => Scene(image, byImage[image.Id!.Value]))
            .Where(scene => scene.Questions.Count > 0)
            .Take(choice.Limit ?? int.MaxValue)];
    }

    public IEnumerable<string> Notes()
    {
        if (_crowds > 0)
        {
            yield return $"{_crowds} crowds (iscrowd) left out of what is to be detected";
        }

        if (_empty > 0)
        {
            yield return $"{_empty} annotations with empty boxes left out";
        }
    }

    private EvaluationScene Scene(CocoImage image, IEnumerable<CocoAnnotation> annotations)
    {
        var where = _index.Where(image);
        DatasetLimits.CheckSize(where, image.Width, image.Height);
        var mine = annotations.ToList();
        DatasetLimits.Check(where, "annotations", mine.Count, DatasetLimits.PerImage);
        var objects = Objects(image, mine);
        return new()
        {
            File = pictures.Find(where, image.FileName ?? ""),
            HeldOut = null,
            Complete = true,
            Width = image.Width,
            Height = image.Height,
            Objects = objects,
            Questions = [.. Detect(objects), .. CocoQuestions.Segments(objects, image), .. Captions(image, mine)],
        };
    }

    private List<SceneObject> Objects(CocoImage image, List<CocoAnnotation> annotations)
    {
        List<SceneObject> objects = [];
        foreach (var annotation in annotations.Where(annotation => annotation is { Bbox: not null, CategoryId: not null }))
        {
            var box = _index.Box(annotation);
            if (annotation.IsCrowd != 0)
            {
                _crowds++;
            }
            else if (box.Area == 0)
            {
                _empty++;
            }
            else
            {
                objects.Add(new() { Name = _index.Category(annotation), Box = box, Mask = _index.Mask(annotation, image) });
            }
        }

        return objects;
    }

    private static IEnumerable<SceneQuestion> Detect(List<SceneObject> objects) =>
        objects.Count > 0 ? [new() { Task = VisionTask.Detect, Kind = "instances" }] : [];

    private IEnumerable<SceneQuestion> Captions(CocoImage image, List<CocoAnnotation> annotations)
    {
        var captions = annotations.Where(annotation => annotation.Caption is not null).ToList();
        foreach (var annotation in captions)
        {
            DatasetLimits.Check(_index.Where(annotation), "characters of caption", annotation.Caption!.Length, DatasetLimits.Text);
        }

        return captions
            .GroupBy(annotation => annotation.Bbox is null ? (Box?)null : _index.Box(annotation))
            .Where(group => group.Key is not { Area: 0 })
            .Select(group => CocoQuestions.Caption(group.Key, [.. group.Select(annotation => annotation.Caption!)], image));
    }
}
