using System.Text.RegularExpressions;

namespace Loupe.Silo.Tests.Docs;

/// <summary>A piece of code on a page of the docs.</summary>
/// <param name="Page">The page's file name.</param>
/// <param name="Line">The line on which the code begins, from 1.</param>
/// <param name="Section">The heading above it.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Code">The code, as it stands there.</param>
internal sealed partial record Snippet(string Page, int Line, string Section, string Language, string Code)
{
    /// <summary>Everything on a page that stands between fences.</summary>
    public static IEnumerable<Snippet> On(string page)
    {
        var text = File.ReadAllText(Path.Combine(DocsPage.Folder, page)).ReplaceLineEndings("\n");
        foreach (Match fence in Fence().Matches(text))
        {
            var before = text[..fence.Index];
            yield return new(
                page,
                before.Count(letter => letter == '\n') + 2,
                Heading().Matches(before) is { Count: > 0 } headings ? headings[^1].Groups["text"].Value : "",
                fence.Groups["language"].Value,
                fence.Groups["code"].Value);
        }
    }

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
