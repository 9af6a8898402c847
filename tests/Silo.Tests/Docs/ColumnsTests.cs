namespace Loupe.Silo.Tests.Docs;

/// <summary>
/// Lines of C# are as long as <c>.editorconfig</c> says at most, which no compiler looks at. Text between three quotation marks is as
/// long as it is.
/// </summary>
public sealed class ColumnsTests
{
    private const int Most = 140;
    private const string RawText = "\"\"\"";

    [Fact]
    public void No_line_is_longer_than_the_house_allows()
    {
        var root = DocsPage.Root;
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsMade(Path.GetRelativePath(root, file)))
            .ToArray();

        Assert.True(files.Length > 500);
        Assert.Empty(files.SelectMany(file => TooLong(file).Select(line => $"{Path.GetRelativePath(root, file)}:{line}")));
    }

    private static bool IsMade(string path) =>
        path.Split(Path.DirectorySeparatorChar) is ["artifacts" or ".git", ..] or [.., "node_modules", _];

    private static IEnumerable<int> TooLong(string file)
    {
        var (number, isRaw) = (0, false);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var marks = line.Split(RawText).Length - 1;
            if (line.Length > Most && !isRaw && marks == 0)
            {
                yield return number;
            }

            isRaw ^= marks % 2 == 1;
        }
    }
}
