using Loupe.Engine.Tests.Toys;

namespace Loupe.Grains.Tests.Clusters;

/// <summary>Short names for what tests ask.</summary>
internal static class Asking
{
    public static readonly byte[] Picture = "a picture"u8.ToArray();

    public static async Task<string> UploadAsync(this ILocalizer loupe, byte[]? picture = null) =>
        (await loupe.AddImageAsync(ToyCluster.Tenant, picture ?? Picture, default)).Image.Id;

    public static async Task<Answer> AskAsync(this ILocalizer loupe, string image, string text, params Region[] regions) =>
        await loupe.AnswerAsync(ToyCluster.Tenant, Of(image, text, regions), default);

    public static Question Of(string image, string text, params Region[] regions) =>
        new() { Image = image, Text = text, Regions = regions, DeadlineMs = 120_000 };

    public static async Task<List<AnswerPart>> ListAsync(this IAsyncEnumerable<AnswerPart> stream)
    {
        List<AnswerPart> parts = [];
        await foreach (var part in stream)
        {
            parts.Add(part);
        }

        return parts;
    }

    /// <summary>What the toy model must say, computed without any silo.</summary>
    public static string Expected(byte[] picture, string text)
    {
        var model = new ToyModel();
        var prompt = new RegionPrompt([], new ImageSize(ToyModel.Size, ToyModel.Size), $"{ToyModel.Size}x{ToyModel.Size}");
        var prefix = ToyRegionReader.PrefixOf(ToyEncoder.Hash(picture), new ModelPrompt(prompt));
        var question = new CanonicalQuestion(VisionTask.Answer, prompt, text, Question.DefaultMaxWords);
        return model.Generations.Expected(prefix, (ToyGeneration)model.Generations.Create(question));
    }

    /// <summary>Chosen by trial so that the toy model says many words.</summary>
    public static string LongQuestion { get; } =
        Enumerable.Range(0, 10_000).Select(i => $"long {i}").First(text => Expected(Picture, text).Split(' ').Length > 20);
}
