using Loupe.Command.Evaluation.Dataset.Coco;

namespace Loupe.Command.Evaluation.Dataset;

/// <summary>
/// Opens a dataset of any known form, told by content: a folder with <c>split.jsonl</c>, annotations in COCO's form,
/// or RefCOCO's referring expressions with the annotations beside them.
/// </summary>
internal static class DatasetReader
{
    public const string Instances = "instances.json";

    private const int MostFiles = 16;

    /// <param name="path">A folder or a file.</param>
    /// <param name="choice">Which part of it.</param>
    /// <exception cref="DatasetException">It is of no known form, or something in it makes no sense; names file and entry.</exception>
    public static EvaluationDataset Read(string path, DatasetChoice choice)
    {
        if (Path.GetFileName(path) == SceneFolder.SplitFile)
        {
            path = Path.GetDirectoryName(Path.GetFullPath(path))!;
        }

        if (File.Exists(path))
        {
            return Foreign(path, CocoFile.Read(path), choice);
        }

        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, SceneFolder.SplitFile)))
        {
            return new(choice.Images ?? path, SceneFolder.ReadSplit(path, choice.Split, choice.Limit), []);
        }

        return Folder(path, choice);
    }

    private static EvaluationDataset Folder(string folder, DatasetChoice choice)
    {
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList();
        DatasetLimits.Check(folder, "JSON files", files.Count, MostFiles);
        var read = files.Select(file => (Path: file, Document: CocoFile.Read(file))).ToList();
        var references = read.Where(file => file.Document.Refs is not null).ToList();
        var candidates = references.Count > 0 ? references : read;
        return candidates switch
        {
            [var one] => Foreign(one.Path, one.Document, choice),
            [] when Directory.EnumerateFiles(folder, "*.p").FirstOrDefault() is { } pickle =>
                throw new DatasetException($"{pickle}: {CocoFile.PickleHelp}"),
            [] => throw new DatasetException($"{folder} has no {SceneFolder.SplitFile}, and no JSON file in COCO's or RefCOCO's form"),
            _ =>
                throw new DatasetException(
                    $"{folder} has several annotation files; name one: "
                        + $"{string.Join(", ", candidates.Select(file => Path.GetFileName(file.Path)))}"),
        };
    }

    private static EvaluationDataset Foreign(string path, CocoDocument document, DatasetChoice choice)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var pictures = new PictureFinder(folder, choice.Images);
        if (document.Refs is { } references)
        {
            var (annotations, source) = document.Images is null ? Beside(path, folder) : (path, document);
            var scenes = new ReferenceScenes(path, references, new CocoIndex(annotations, source), pictures).Read(choice);
            return new(folder, scenes, []);
        }

        var coco = new CocoScenes(path, document, pictures);
        var read = coco.Read(choice);
        return read.Count > 0
            ? new(folder, read, [.. coco.Notes()])
            : throw new DatasetException($"{path} has nothing to ask: no instances with \"categories\", and no captions");
    }

    private static (string Path, CocoDocument Document) Beside(string references, string folder)
    {
        var path = Path.Combine(folder, Instances);
        return File.Exists(path)
            ? (path, CocoFile.Read(path))
            : throw new DatasetException($"{references} refers to annotations, which are expected beside it in {Instances}");
    }
}
