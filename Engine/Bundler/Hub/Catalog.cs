namespace Loupe.Bundler.Hub;

/// <summary>A public model.</summary>
/// <param name="Name">As people ask for it.</param>
/// <param name="Repository">On the hub.</param>
/// <param name="Revision">Of the repository; a branch is remembered by the commit that it was.</param>
/// <param name="Megabytes">About.</param>
/// <param name="License">Of the weights.</param>
/// <param name="Description">For people.</param>
internal sealed record PublicModel(string Name, string Repository, string Revision, int Megabytes, string License, string Description);

/// <summary>The models that can be pulled by name.</summary>
internal static class Catalog
{
    public const string Hub = "https://huggingface.co";

    public static IReadOnlyList<PublicModel> All { get; } =
    [
        new(
            "florence-2-base", "microsoft/Florence-2-base", "main", 470, "MIT",
            "0.23 B parameters: photographs, described, searched, outlined and read"),
        new("florence-2-base-ft", "microsoft/Florence-2-base-ft", "main", 470, "MIT", "the same, tuned on many tasks"),
        new("florence-2-large", "microsoft/Florence-2-large", "main", 1550, "MIT", "0.77 B parameters"),
        new("florence-2-large-ft", "microsoft/Florence-2-large-ft", "main", 1550, "MIT", "the same, tuned on many tasks"),
    ];

    public static PublicModel? Find(string name) => All.FirstOrDefault(model => model.Name == name);
}
