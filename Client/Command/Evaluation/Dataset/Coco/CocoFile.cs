using System.Text.Json;

namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>An annotation file, told by its content: a list of referring expressions, or annotations in COCO's form.</summary>
internal static class CocoFile
{
    public const string PickleHelp =
        "it is a Python pickle. From a source you trust (a pickle can run code), convert it: "
        + "python3 -c \"import json,pickle,sys; json.dump(pickle.load(open(sys.argv[1],'rb'),encoding='latin1'),open(sys.argv[2],'w'))\" "
        + "'refs(unc).p' refs.json";

    private const int PickleStart = 0x80;
    private const int MarkStart = '(';

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        MaxDepth = 16,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    /// <returns>With <see cref="CocoDocument.Refs"/> alone if the file is a list.</returns>
    /// <exception cref="DatasetException">It cannot be read, is too large, or is neither of the two.</exception>
    public static CocoDocument Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            DatasetLimits.Check(path, "bytes", file.Length, DatasetLimits.FileBytes);
            var first = FirstByte(file);
            var document = first switch
            {
                '[' => new CocoDocument { Refs = JsonSerializer.Deserialize<IReadOnlyList<CocoReference?>>(file, Json) },
                '{' => JsonSerializer.Deserialize<CocoDocument>(file, Json)!,
                PickleStart or MarkStart => throw new DatasetException($"{path}: {PickleHelp}"),
                _ => throw new DatasetException($"{path} is neither annotations in COCO's form nor a list of referring expressions"),
            };
            Check(path, document);
            return document;
        }
        catch (JsonException error)
        {
            throw new DatasetException($"{path}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: {error.Message}", error);
        }
    }

    // Leaves the file at its first byte of JSON: a byte order mark is none.
    private static int FirstByte(FileStream file)
    {
        int next;
        do
        {
            next = file.ReadByte();
        }
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);

        if (next >= 0)
        {
            file.Seek(-1, SeekOrigin.Current);
        }

        return next;
    }

    private static void Check(string path, CocoDocument document)
    {
        DatasetLimits.Check(path, "images", document.Images?.Count ?? 0, DatasetLimits.Images);
        DatasetLimits.Check(path, "annotations", document.Annotations?.Count ?? 0, DatasetLimits.Entries);
        DatasetLimits.Check(path, "refs", document.Refs?.Count ?? 0, DatasetLimits.Entries);
        if (document.Refs is null && (document.Images is null || document.Annotations is null))
        {
            throw new DatasetException(
                $"{path} is neither annotations in COCO's form (\"images\" and \"annotations\") nor a list of referring expressions");
        }
    }
}
