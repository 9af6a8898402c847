using System.Net;
using System.Text.RegularExpressions;

namespace Loupe.Gateway.Tests.Playground;

public sealed partial class PlaygroundTests
{
    [Fact]
    public async Task The_page_is_at_the_root_and_everything_it_names_is_there()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var page = await gateway.Client.GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self'", policy);
        var assets = Asset().Matches(html).Select(asset => asset.Value).Distinct().ToArray();
        Assert.True(assets.Length >= 3);
        foreach (var asset in assets)
        {
            using var response = await gateway.Client.GetAsync($"/{asset}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Every_module_that_another_imports_is_there_as_a_script()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var known = new HashSet<string>();
        var open = new Queue<Uri>([new Uri(gateway.Client.BaseAddress!, "/playground/app.js")]);
        while (open.TryDequeue(out var module))
        {
            if (!known.Add(module.AbsolutePath))
            {
                continue;
            }

            using var response = await gateway.Client.GetAsync(module);
            Assert.True(response.IsSuccessStatusCode, $"{module.AbsolutePath} is not served.");
            Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType);
            foreach (var import in Import().Matches(await response.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value))
            {
                open.Enqueue(new Uri(module, import));
            }
        }

        Assert.True(known.Count > 20);
    }

    [Fact]
    public async Task An_asset_that_a_browser_has_is_not_sent_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var first = await gateway.Client.GetAsync("/playground/app.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/playground/app.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Contains("script-src 'self'", Assert.Single(second.Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task A_demo_scene_is_served_from_its_folder_and_nothing_above_it()
    {
        var folder = Directory.CreateTempSubdirectory("loupe-demo-");
        try
        {
            var demo = folder.CreateSubdirectory("demo");
            await File.WriteAllTextAsync(Path.Combine(demo.FullName, "scenes.json"), "[]");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "secret.json"), "{}");
            await using var gateway = await GatewayUnderTest.StartAsync(("Gateway:Demo", demo.FullName));

            Assert.Equal("[]", await gateway.Client.GetStringAsync("/demo/scenes.json"));
            foreach (var path in (string[])["/demo/none.json", "/demo/..%2fsecret.json", "/demo/%2e%2e/secret.json", "/playground/none.js"])
            {
                using var response = await gateway.Client.GetAsync(path);
                await response.ProblemAsync(HttpStatusCode.NotFound);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("playground/[a-z./]+")]
    private static partial Regex Asset();

    [GeneratedRegex("""^import .*"(\..*)";$""", RegexOptions.Multiline)]
    private static partial Regex Import();
}
