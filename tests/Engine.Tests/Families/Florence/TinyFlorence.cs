namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>A Florence-2 of toy size with random weights, and what transformers says of it: <c>tiny-a/README.md</c>.</summary>
internal static class TinyFlorence
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Families", "Florence", "tiny-a");
}
