namespace Loupe.Bench.Output;

/// <summary>Which bundle is measured.</summary>
internal static class BundleFolder
{
    /// <summary>The one given, or the one that ships with this repository.</summary>
    public static string Of(string? given) =>
        Path.GetFullPath(given ?? Path.Combine(ResultFolder.Repository() ?? ".", "models", "scenes-mini"));
}
