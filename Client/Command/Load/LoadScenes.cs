using Loupe.Client;
using Loupe.Command.Evaluation.Dataset;

namespace Loupe.Command.Load;

/// <summary>What a load asks about: scenes with their questions, or any folder of pictures.</summary>
internal static class LoadScenes
{
    private const int BoxesPerPicture = 6;

    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Uploads a folder's pictures.</summary>
    /// <param name="client">Of the server.</param>
    /// <param name="folder">With <c>scenes.json</c>, <c>split.jsonl</c>, or pictures alone.</param>
    /// <param name="random">Draws boxes on pictures that nobody wrote questions for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Each scene with its image's id.</returns>
    /// <exception cref="DatasetException">There is nothing to ask about.</exception>
    public static async Task<IReadOnlyList<(string Image, EvaluationScene Scene)>> UploadAsync(
        ILoupeClient client, string folder, Random random, CancellationToken cancellationToken)
    {
        List<(string, EvaluationScene)> uploaded = [];
        foreach (var scene in Read(folder))
        {
            var image = await client.UploadFileAsync(Path.Combine(folder, scene.File), cancellationToken);
            uploaded.Add((image.Id, scene.Questions.Count > 0 ? scene : Invent(image, scene.File, random)));
        }

        return uploaded;
    }

    private static IReadOnlyList<EvaluationScene> Read(string folder)
    {
        if (File.Exists(Path.Combine(folder, SceneFolder.DemoFile)))
        {
            return SceneFolder.ReadDemo(folder);
        }

        if (File.Exists(Path.Combine(folder, SceneFolder.SplitFile)))
        {
            return SceneFolder.ReadSplit(folder);
        }

        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"there is no folder {folder}");
        }

        var pictures = Directory.EnumerateFiles(folder)
            .Where(file => Pictures.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal)
            .Select(file => new EvaluationScene { File = Path.GetFileName(file), Width = 1, Height = 1 })
            .ToList();
        return pictures.Count > 0 ? pictures : throw new DatasetException($"{folder} has no pictures: no {string.Join(", ", Pictures)}");
    }

    private static EvaluationScene Invent(ImageDescription image, string file, Random random) => new()
    {
        File = file,
        Width = image.Width,
        Height = image.Height,
        Questions = [
            new() { Task = VisionTask.Caption },
            .. Enumerable.Range(0, BoxesPerPicture).Select(_ => new SceneQuestion
            {
                Task = VisionTask.Caption,
                Regions = [new Region { Box = Draw(image.Width, image.Height, random) }],
            })],
    };

    /// <summary>A box from an eighth to a half of the picture's sides.</summary>
    internal static Box Draw(int width, int height, Random random)
    {
        var (wide, high) = (width * Share(), height * Share());
        var (x, y) = (random.NextDouble() * (width - wide), random.NextDouble() * (height - high));
        return new(x, y, x + wide, y + high);

        double Share() => 0.125 + (random.NextDouble() * 0.375);
    }
}
