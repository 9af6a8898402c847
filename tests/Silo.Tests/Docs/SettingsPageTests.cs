using System.Text.RegularExpressions;

namespace Loupe.Silo.Tests.Docs;

/// <summary><c>docs/configuration.md</c> says what the code says.</summary>
public sealed partial class SettingsPageTests
{
    private const string Begin = "<!-- written by ./loupe docs -->\n";
    private const string End = "<!-- end of what ./loupe docs writes -->\n";

    [Fact]
    public void Every_setting_is_described_with_its_default()
    {
        var sections = SettingsPage.Sections();
        var path = Path.Combine(DocsPage.Folder, "configuration.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= Begin.Length && end >= begin, "docs/configuration.md has lost the lines between which ./loupe docs writes.");
        if (DocsPage.IsWriting)
        {
            File.WriteAllText(path, $"{page[..begin]}\n{string.Join('\n', sections.Values)}\n{page[end..]}");
            return;
        }

        var written = Heading().Split(page[begin..end]).Select(part => part.Trim()).Where(part => part.Length > 0)
            .ToDictionary(part => part.Split('\n')[0]["### ".Length..]);
        foreach (var (section, expected) in sections)
        {
            Assert.True(written.ContainsKey(section), $"docs/configuration.md lacks the section {section}: run ./loupe docs.");
            Assert.True(
                expected.Trim() == written[section],
                $"docs/configuration.md is behind the code in {section}: run ./loupe docs.\n{expected}");
        }

        Assert.Equal(sections.Keys.Order(), written.Keys.Order());
    }

    [Fact]
    public void Every_setting_of_the_file_is_on_the_page()
    {
        Assert.SkipWhen(DocsPage.IsWriting, "Settings are being written down.");
        var page = File.ReadAllText(Path.Combine(DocsPage.Folder, "configuration.md"));

        foreach (var setting in SettingsFile.Read().Where(setting => setting.Key.Contains(':')))
        {
            Assert.Contains($"`{setting.Key}`", page);
        }
    }

    [GeneratedRegex("^(?=### )", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
