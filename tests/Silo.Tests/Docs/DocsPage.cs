namespace Loupe.Silo.Tests.Docs;

/// <summary>A page of the repository's <c>docs</c>, of which a test writes a part: <c>./loupe docs</c>.</summary>
internal static class DocsPage
{
    private const string Switch = "LOUPE_DOCS";

    /// <summary>Whether pages are to be rewritten and not judged.</summary>
    public static bool IsWriting => Environment.GetEnvironmentVariable(Switch) == "write";

    public static string Folder => Path.Combine(Root, "docs");

    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new InvalidOperationException("The tests are not inside the repository.");
        }
    }
}
