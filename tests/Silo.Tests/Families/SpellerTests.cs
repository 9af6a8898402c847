using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Loupe.Engine.Families;
using Loupe.Silo.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Loupe.Silo.Tests.Families;

/// <summary>A family that the repository does not ship, served like one that it does.</summary>
public sealed class SpellerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-speller-");
    private SiloHere? _silo;
    private string _image = "";

    public async ValueTask InitializeAsync()
    {
        var words = "</s>\na\npicture\nthe\nleft\nright\n"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "words.txt"), words);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "bundle.json"), $$"""
            { "format": 1, "name": "left-and-right", "version": "1", "family": "speller", "description": "", "license": "MIT", "graphs": {},
              "files": { "words": { "file": "words.txt", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(words))}}" } } }
            """);
        _silo = await SiloHere.StartAsync(_folder.FullName, services => services.AddSingleton<IModelFamily>(new SpellerFamily()));
        var picture = new ByteArrayContent(Picture.Png(1)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        _image = (await ReadAsync(await _silo.Client.PostAsync("/v1/images", picture, TestContext.Current.CancellationToken)))
            .GetProperty("id")
            .GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task All_that_it_offers_is_answered_over_http()
    {
        var whole = await AskAsync(new { image = _image, task = "caption" });
        Assert.Equal("a picture", whole.GetProperty("text").GetString());
        var word = whole.GetProperty("words")[1];
        Assert.Equal("picture", word.GetProperty("text").GetString());
        Assert.False(word.TryGetProperty("box", out var box) && box.ValueKind != JsonValueKind.Null);
        Assert.False(word.TryGetProperty("point", out var point) && point.ValueKind != JsonValueKind.Null);

        var right = new[] { new { box = new[] { 100, 10, 150, 90 } } };
        Assert.Equal(
            "the right", (await AskAsync(new { image = _image, task = "caption", regions = right })).GetProperty("text").GetString());
        Assert.Equal(
            "left", (await AskAsync(new { image = _image, task = "answer", text = "left or what?" })).GetProperty("text").GetString());

        var located = (await AskAsync(new { image = _image, task = "locate", text = "the right one" })).GetProperty("regions");
        Assert.Equal([80, 0, 160, 120], located[0].GetProperty("box").EnumerateArray().Select(side => side.GetDouble()));

        var detected = (await AskAsync(new { image = _image, task = "detect" })).GetProperty("regions");
        Assert.Equal(["left", "right"], detected.EnumerateArray().Select(region => region.GetProperty("text").GetString()));

        var masked = (await AskAsync(new { image = _image, task = "segment", regions = right })).GetProperty("regions")[0];
        Assert.Equal([120, 160], masked.GetProperty("mask").GetProperty("size").EnumerateArray().Select(side => side.GetInt32()));
    }

    [Fact]
    public async Task Its_prefix_is_of_task_and_text_and_is_shared_by_questions_of_the_same()
    {
        var first = await AskAsync(new { image = _image, task = "caption" });
        var longer = await AskAsync(new { image = _image, task = "caption", maxWords = 3 });
        var other = await AskAsync(new { image = _image, task = "detect" });

        Assert.Equal(("miss", "miss"), (Prefix(first), Answer(first)));
        Assert.Equal(("hit", "miss"), (Prefix(longer), Answer(longer)));
        Assert.Equal("miss", Prefix(other));

        static string? Prefix(JsonElement answer) => answer.GetProperty("reuse").GetProperty("prefix").GetString();
        static string? Answer(JsonElement answer) => answer.GetProperty("reuse").GetProperty("answer").GetString();
    }

    [Fact]
    public async Task What_it_does_not_offer_is_refused_with_what_it_does()
    {
        var refused = await _silo!.Client.PostAsJsonAsync(
            "/v1/questions", new { image = _image, task = "narrate" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            "it offers answer, caption, locate, detect, segment",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_words_are_streamed_and_chatted_without_a_place()
    {
        var chat = await ReadAsync(await _silo!.Client.PostAsJsonAsync(
            "/v1/chat/completions",
            new
            {
                model = "left-and-right",
                messages = new[]
                {
                    new
                    {
                        role = "user",
                        content = new object[]
                        {
                            new
                            {
                                type = "image_url",
                                image_url = new { url = $"data:image/png;base64,{Convert.ToBase64String(Picture.Png(1))}" },
                            },
                            new { type = "text", text = "is it right?" },
                        },
                    },
                },
            },
            TestContext.Current.CancellationToken));
        Assert.Equal("right", chat.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/questions")
        {
            Content = JsonContent.Create(new { image = _image, task = "caption", stream = true }),
        };
        var events = await (
            await _silo!.Client.SendAsync(
                request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, events.Split("event: word").Length - 1);
        Assert.Contains("event: done", events, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AskAsync(object question) =>
        await ReadAsync(await _silo!.Client.PostAsJsonAsync("/v1/questions", question, TestContext.Current.CancellationToken));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
