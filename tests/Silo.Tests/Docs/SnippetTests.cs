using System.Text.Json;
using Loupe.Silo.Tests.Processes;

namespace Loupe.Silo.Tests.Docs;

/// <summary>Every snippet of the pages works as it stands there.</summary>
public sealed class SnippetTests(SharedSilo shared, ITestOutputHelper output) : IClassFixture<SharedSilo>
{
    private const string Bundle = "Your first bundle";

    // Plain fences show what comes out; those of sh start servers.
    private static readonly string[] NotRun = ["", "sh"];

    public static TheoryData<string, int, string> Snippets()
    {
        var data = new TheoryData<string, int, string>();
        foreach (var snippet in All().Where(snippet => snippet.Section != Bundle))
        {
            data.Add(snippet.Page, snippet.Line, snippet.Language);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task A_snippet_works_as_it_stands(string page, int line, string language)
    {
        var silo = await shared.GetAsync();
        await silo.UploadAsync(await File.ReadAllBytesAsync(Path.Combine(DocsPage.Root, "models", "scenes-mini", "demo", "farm.png")));
        using var run = new SnippetRun(silo.Client.BaseAddress!);
        var printed = await run.RunAsync(All().Single(snippet => snippet.Page == page && snippet.Line == line));

        output.WriteLine($"{language}: {printed}");
        Assert.NotEmpty(printed.Trim());
    }

    [Fact]
    public async Task The_first_bundle_loads()
    {
        var mine = Directory.CreateTempSubdirectory("loupe-bundle-").FullName;
        try
        {
            using (var run = new SnippetRun(new Uri("http://127.0.0.1:8080")))
            {
                foreach (var snippet in All().Where(snippet => snippet.Section == Bundle))
                {
                    await run.RunAsync(snippet);
                }

                Directory.Delete(mine);
                Directory.Move(Path.Combine(run.Folder, "my-scenes"), mine);
            }

            await using var silo = await SiloUnderTest.StartAsync(null, "--bundle", mine);
            var model = JsonSerializer.Deserialize<JsonElement>(await silo.Client.GetStringAsync("/v1/models")).GetProperty("data")[0];
            Assert.Equal("my-scenes", model.GetProperty("id").GetString());
            var tasks = model.GetProperty("loupe").GetProperty("tasks").EnumerateArray().Select(task => task.GetString()).ToArray();
            Assert.Contains("answer", tasks);
            Assert.DoesNotContain("detect", tasks);
        }
        finally
        {
            Directory.Delete(mine, recursive: true);
        }
    }

    private static IEnumerable<Snippet> All() =>
        ((string[])["tutorial.md", "openai.md"]).SelectMany(Snippet.On).Where(snippet => !NotRun.Contains(snippet.Language));
}
