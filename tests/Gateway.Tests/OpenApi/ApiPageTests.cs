using System.Text.Json;

namespace Loupe.Gateway.Tests.OpenApi;

/// <summary><c>docs/api.md</c> says what <c>/openapi/v1.json</c> says.</summary>
public sealed class ApiPageTests
{
    [Fact]
    public async Task The_page_is_the_document()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var document = JsonDocument.Parse(await gateway.Client.GetByteArrayAsync("/openapi/v1.json"));
        var page = new ApiPage(document.RootElement).Write();
        var path = Path.Combine(Root(), "docs", "api.md");
        if (Environment.GetEnvironmentVariable("LOUPE_DOCS") == "write")
        {
            await File.WriteAllTextAsync(path, page);
            return;
        }

        Assert.True(File.Exists(path) && await File.ReadAllTextAsync(path) == page, "docs/api.md is behind the code: run ./loupe docs.");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests are not inside the repository.");
    }
}
