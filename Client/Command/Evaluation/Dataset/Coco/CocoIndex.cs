using System.Globalization;

namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>COCO's lists by id, each entry checked when it is asked for; errors name file and entry.</summary>
internal sealed class CocoIndex
{
    private readonly string _path;
    private readonly Dictionary<long, CocoImage> _images = [];
    private readonly Dictionary<long, CocoAnnotation> _annotations = [];
    private readonly Dictionary<long, string> _categories = [];

    /// <exception cref="DatasetException">An entry without an id, or two with one.</exception>
    public CocoIndex(string path, CocoDocument document)
    {
        _path = path;
        Fill(_images, "images", document.Images, image => image.Id, image => image);
        Fill(_annotations, "annotations", document.Annotations, annotation => annotation.Id, annotation => annotation);
        Fill(_categories, "categories", document.Categories, category => category.Id, category => category.Name ?? "");
    }

    /// <summary>In the file's order.</summary>
    public IEnumerable<CocoImage> Images => _images.Values;

    /// <summary>In the file's order, by image.</summary>
    /// <exception cref="DatasetException">An annotation of an image that is not in the file.</exception>
    public ILookup<long, CocoAnnotation> ByImage() => _annotations.Values.ToLookup(annotation =>
        annotation.ImageId is { } image && _images.ContainsKey(image)
            ? image
            : throw new DatasetException($"{Where(annotation)}: image {Show(annotation.ImageId)} is not in \"images\""));

    /// <exception cref="DatasetException">There is none.</exception>
    public CocoImage Image(string where, long? id) =>
        id is { } known && _images.TryGetValue(known, out var image)
            ? image
            : throw new DatasetException($"{where}: image {Show(id)} is not in {_path}");

    /// <exception cref="DatasetException">There is none.</exception>
    public CocoAnnotation Annotation(string where, long? id) =>
        id is { } known && _annotations.TryGetValue(known, out var annotation)
            ? annotation
            : throw new DatasetException($"{where}: annotation {Show(id)} is not in {_path}");

    /// <exception cref="DatasetException">Its category has no name.</exception>
    public string Category(CocoAnnotation annotation) =>
        annotation.CategoryId is { } id && _categories.TryGetValue(id, out var name) && name.Length is > 0 and <= DatasetLimits.Text
            ? name
            : throw new DatasetException($"{Where(annotation)}: category {Show(annotation.CategoryId)} has no name in \"categories\"");

    /// <exception cref="DatasetException">Not four numbers.</exception>
    public Box Box(CocoAnnotation annotation) => annotation.Bbox is [var x, var y, var width, var height]
        && double.IsFinite(x + y + width + height)
            ? new(x, y, x + width, y + height)
            : throw new DatasetException($"{Where(annotation)}: bbox is not [x, y, width, height]");

    /// <returns>Null if the annotation has no outline.</returns>
    public Mask? Mask(CocoAnnotation annotation, CocoImage image) =>
        annotation.Segmentation is { } segmentation ? CocoMask.Read(Where(annotation), segmentation, image.Width, image.Height) : null;

    public string Where(CocoAnnotation annotation) => $"{_path}: annotation {Show(annotation.Id)}";

    public string Where(CocoImage image) => $"{_path}: image {Show(image.Id)}";

    private static string Show(long? id) => id?.ToString(CultureInfo.InvariantCulture) ?? "without an id";

    private void Fill<T, TValue>(
        Dictionary<long, TValue> index, string list, IReadOnlyList<T?>? entries, Func<T, long?> id, Func<T, TValue> value)
        where T : class
    {
        foreach (var (i, entry) in (entries ?? []).Index())
        {
            if (entry is null || id(entry) is not { } known)
            {
                throw new DatasetException($"{_path}: {list}[{i}] has no id");
            }

            if (!index.TryAdd(known, value(entry)))
            {
                throw new DatasetException($"{_path}: {list}[{i}]: the id {known} is there twice");
            }
        }
    }
}
