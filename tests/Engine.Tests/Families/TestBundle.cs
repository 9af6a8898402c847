namespace Loupe.Engine.Tests.Families;

/// <summary>The bundle that tests run: the one that ships, or what <c>LOUPE_BUNDLE</c> names.</summary>
internal static class TestBundle
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("LOUPE_BUNDLE") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Root(), "models", "scenes-mini");

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Cluster.sln above {AppContext.BaseDirectory}.");
    }
}
