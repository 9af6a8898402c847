namespace Loupe.Command.Evaluation.Dataset.Coco;

/// <summary>Questions in Loupe's form.</summary>
internal static class CocoQuestions
{
    public static IEnumerable<SceneQuestion> Segments(IReadOnlyList<SceneObject> objects, CocoImage image) => objects
        .Index()
        .Where(indexed => indexed.Item.Mask is not null)
        .Select(indexed => new SceneQuestion
        {
            Task = VisionTask.Segment,
            Kind = "box",
            Regions = [Within(indexed.Item.Box, image)],
            Object = indexed.Index,
        });

    public static SceneQuestion Caption(Box? place, IReadOnlyList<string> wordings, CocoImage image) => new()
    {
        Task = VisionTask.Caption,
        Kind = place is null ? "whole" : "region",
        Regions = place is { } box ? [Within(box, image)] : [],
        Accept = wordings,
        References = wordings,
    };

    // Annotated boxes may stick out of the picture by rounding; what is pointed at does not.
    private static Region Within(Box box, CocoImage image) => Region.OfBox(
        Math.Clamp(box.X0, 0, image.Width), Math.Clamp(box.Y0, 0, image.Height), Math.Clamp(box.X1, 0, image.Width),
        Math.Clamp(box.Y1, 0, image.Height));
}
