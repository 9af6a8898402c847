using System.ClientModel;
using System.Text;
using System.Text.Json;
using Loupe.Silo.Tests.Processes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Loupe.Silo.Tests.OpenAi;

/// <summary>OpenAI's client for .NET, unchanged, against a running silo.</summary>
public sealed class DotNetClientTests(SharedSilo shared, ITestOutputHelper output) : IClassFixture<SharedSilo>
{
    private static readonly BinaryData Shown = BinaryData.FromBytes(Picture.Png(42));

    [Fact]
    public async Task The_models_are_listed()
    {
        var models = (await ClientAsync()).GetOpenAIModelClient();
        var listed = Assert.Single((await models.GetModelsAsync()).Value);
        var one = (await models.GetModelAsync(listed.Id)).Value;

        output.WriteLine($"{listed.Id}, owned by {listed.OwnedBy}, since {listed.CreatedAt:O}");
        Assert.Equal((listed.Id, "loupe"), (one.Id, one.OwnedBy));
    }

    [Fact]
    public async Task A_chat_about_a_region_is_answered()
    {
        var chat = await ChatAsync();
        ChatCompletion whole = await chat.CompleteChatAsync(
            [Ask("what is <box>20,20,90,80</box>?")], new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 2000 });

        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([Ask("what is <box>20,20,90,80</box>?")]))
        {
            foreach (var part in update.ContentUpdate)
            {
                text.Append(part.Text);
            }

            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }

        output.WriteLine(
            $"{whole.Role}: {whole.Content[0].Text} ({whole.FinishReason}, {whole.Usage.InputTokenCount} + {whole.Usage.OutputTokenCount} "
                + $"= {whole.Usage.TotalTokenCount})");
        Assert.NotEmpty(whole.Content[0].Text);
        Assert.Equal((ChatFinishReason.Stop, ChatMessageRole.Assistant), (whole.FinishReason, whole.Role));
        Assert.Equal(4, whole.Usage.InputTokenCount);
        Assert.Equal(whole.Content[0].Text, text.ToString());
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal(whole.Usage.TotalTokenCount, usage!.TotalTokenCount);
    }

    [Fact]
    public async Task The_places_of_the_words_are_in_the_raw_answer()
    {
        var chat = await ChatAsync();
        var options = new ChatCompletionOptions();
#pragma warning disable SCME0001 // Fields beside the messages are a preview of the client's.
        options.Patch.Set("$.task"u8, "narrate");
#pragma warning restore SCME0001
        var raw = (await chat.CompleteChatAsync([Ask("")], options)).GetRawResponse();

        var loupe = JsonSerializer.Deserialize<JsonElement>(raw.Content).GetProperty("loupe");
        Assert.Equal("narrate", loupe.GetProperty("asked").GetProperty("task").GetString());
        Assert.All(loupe.GetProperty("words").EnumerateArray(), word => Assert.Equal(4, word.GetProperty("box").GetArrayLength()));
    }

    [Fact]
    public async Task A_conversation_goes_on_about_the_same_region()
    {
        var chat = await ChatAsync();
        ChatMessage[] soFar = [new SystemChatMessage("You are terse."), Ask("what is <box>20,20,90,80</box>?")];
        ChatCompletion first = await chat.CompleteChatAsync(soFar);
        var second = await chat.CompleteChatAsync([.. soFar, new AssistantChatMessage(first), new UserChatMessage("what is [0] for?")]);

        var loupe = JsonSerializer.Deserialize<JsonElement>(second.GetRawResponse().Content).GetProperty("loupe");
        Assert.Equal("what is [0] for?", loupe.GetProperty("asked").GetProperty("text").GetString());
        Assert.Equal(
            [20, 20, 90, 80],
            loupe.GetProperty("asked").GetProperty("regions")[0].GetProperty("box").EnumerateArray().Select(x => x.GetDouble()));
        Assert.Equal(
            ("hit", "hit"),
            (loupe.GetProperty("reuse").GetProperty("features").GetString(), loupe.GetProperty("reuse").GetProperty("prefix").GetString()));
    }

    [Fact]
    public async Task A_refusal_is_an_exception_that_says_what_to_do()
    {
        var foreign = new UserChatMessage(ChatMessageContentPart.CreateImagePart(new Uri("https://example.com/cat.png")));

        var address = await Assert.ThrowsAsync<ClientResultException>(async () => await (await ChatAsync()).CompleteChatAsync([foreign]));
        var model = await Assert.ThrowsAsync<ClientResultException>(
            async () => await (await ClientAsync()).GetChatClient("gpt-4o").CompleteChatAsync([Ask("what?")]));

        output.WriteLine(address.Message);
        output.WriteLine(model.Message);
        Assert.Equal((400, 404), (address.Status, model.Status));
        Assert.Contains("fetches nothing from addresses", address.Message);
        Assert.Contains("model_not_found", model.Message);
    }

    private static UserChatMessage Ask(string text) =>
        new(ChatMessageContentPart.CreateImagePart(Shown, "image/png"), ChatMessageContentPart.CreateTextPart(text));

    private async Task<OpenAIClient> ClientAsync()
    {
        var silo = await shared.GetAsync();
        return new(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(silo.Client.BaseAddress!, "/v1") });
    }

    private async Task<ChatClient> ChatAsync()
    {
        var client = await ClientAsync();
        return client.GetChatClient((await client.GetOpenAIModelClient().GetModelsAsync()).Value[0].Id);
    }
}
