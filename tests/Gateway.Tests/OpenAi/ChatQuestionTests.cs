using System.Net;
using System.Text.Json;

namespace Loupe.Gateway.Tests.OpenAi;

/// <summary>Which question a chat becomes.</summary>
public sealed class ChatQuestionTests
{
    [Fact]
    public async Task A_text_with_a_picture_is_an_answer_about_it()
    {
        var (question, asked) = await AskedAsync(Chats.Of("what is this?"));

        Assert.Equal((VisionTask.Answer, "what is this?", 0), (question.Task, question.Text, question.Regions.Count));
        Assert.Equal(ScriptedLocalizer.Id([1, 2, 3]), question.Image!.Id);
        Assert.Equal((48, Priority.Interactive), (question.MaxWords, question.Priority));
        Assert.Equal("what is this?", asked.GetProperty("text").GetString());
        Assert.Equal(0, asked.GetProperty("messagesNotRead").GetInt32());
    }

    [Fact]
    public async Task A_picture_alone_is_captioned()
    {
        var (question, _) = await AskedAsync(Chats.OfMessages($$"""{"role": "user", "content": [{{Chats.Picture}}]}"""));

        Assert.Equal((VisionTask.Caption, null), (question.Task, question.Text));
    }

    [Fact]
    public async Task A_region_without_a_word_is_captioned()
    {
        var (question, _) = await AskedAsync(Chats.Of("<box>0,0,2,2</box>"));

        Assert.Equal((VisionTask.Caption, null), (question.Task, question.Text));
        Assert.Equal(new Box(0, 0, 2, 2), question.Regions.Single().Box);
    }

    [Fact]
    public async Task Tags_in_the_text_are_regions()
    {
        var (question, asked) = await AskedAsync(Chats.Of("is <box>0,0,2,2</box> on <box>1,1,3,3</box>?"));

        Assert.Equal("is [0] on [1]?", question.Text);
        Assert.Equal([new Box(0, 0, 2, 2), new Box(1, 1, 3, 3)], question.Regions.Select(region => region.Box!.Value));
        Assert.Equal(2, asked.GetProperty("regions").GetArrayLength());
    }

    [Fact]
    public async Task Regions_may_stand_beside_the_messages()
    {
        var (question, _) = await AskedAsync(Chats.Of("what is [1]?", """ "regions": [{"points": [[1, 1]]}, {"polygon": [[0,0],[2,0],[2,2]]}] """));

        Assert.Equal("what is [1]?", question.Text);
        Assert.Equal((1, 3), (question.Regions[0].Points!.Count, question.Regions[1].Polygon!.Count));
    }

    [Fact]
    public async Task Loupes_own_fields_are_read()
    {
        var (question, _) = await AskedAsync(
            Chats.Of("the crab", """ "task": "locate", "priority": "bulk", "max_tokens": 3, "max_completion_tokens": 5, "deadlineMs": 7000 """));

        Assert.Equal((VisionTask.Locate, Priority.Bulk, 5), (question.Task, question.Priority, question.MaxWords));
        Assert.InRange(question.DeadlineMs, 1, 7000);
    }

    [Fact]
    public async Task More_tokens_than_a_question_may_ask_for_are_as_good_as_the_most()
    {
        var (question, _) = await AskedAsync(Chats.Of("what?", """ "max_tokens": 100000 """));

        Assert.Equal(4096, question.MaxWords);
    }

    [Fact]
    public async Task The_last_text_of_the_user_is_asked_about_the_picture_shown_before()
    {
        var (question, asked) = await AskedAsync(Chats.OfMessages($$"""
            {"role": "system", "content": "You are terse."},
            {"role": "user", "content": [{"type": "text", "text": "what is this?"}, {{Chats.Picture}}]},
            {"role": "assistant", "content": "a cow"},
            {"role": "user", "content": "and what is it for?"}
            """));

        Assert.Equal((VisionTask.Answer, "and what is it for?"), (question.Task, question.Text));
        Assert.Equal(ScriptedLocalizer.Id([1, 2, 3]), question.Image!.Id);
        Assert.Equal(2, asked.GetProperty("messagesNotRead").GetInt32());
    }

    [Fact]
    public async Task A_reference_without_a_region_means_the_region_pointed_at_before()
    {
        var (question, asked) = await AskedAsync(Chats.OfMessages($$"""
            {"role": "user", "content": [{{Chats.Picture}}, {"type": "text", "text": "what is <box>0,0,2,2</box>?"}]},
            {"role": "assistant", "content": "a cow"},
            {"role": "user", "content": "thanks"},
            {"role": "user", "content": "what is [0] for?"}
            """));

        Assert.Equal("what is [0] for?", question.Text);
        Assert.Equal(new Box(0, 0, 2, 2), question.Regions.Single().Box);
        Assert.Equal(2, asked.GetProperty("messagesNotRead").GetInt32());
    }

    [Fact]
    public async Task The_same_picture_again_is_one_picture()
    {
        var message = $$"""{"role": "user", "content": [{{Chats.Picture}}, {"type": "text", "text": "what?"}]}""";
        var (question, _) = await AskedAsync(Chats.OfMessages($"{message}, {message}"));

        Assert.Equal(ScriptedLocalizer.Id([1, 2, 3]), question.Image!.Id);
    }

    [Fact]
    public async Task Escaped_base64_is_read()
    {
        // "\u002B" is how some writers of JSON spell "+".
        var (question, _) = await AskedAsync(Chats.Of("what?").Replace("AQID", @"\u002B\/\u002B\/"));

        Assert.Equal(ScriptedLocalizer.Id(Convert.FromBase64String("+/+/")), question.Image!.Id);
    }

    [Fact]
    public async Task What_changes_nothing_is_accepted()
    {
        var (question, _) = await AskedAsync(Chats.Of("what?", """
            "temperature": 0.7, "top_p": 0.9, "n": 1, "seed": 3, "user": "u", "stop": null, "tools": [], "tool_choice": "auto",
            "response_format": {"type": "text"}, "presence_penalty": 0, "frequency_penalty": 0, "logit_bias": {}, "logprobs": false,
            "modalities": ["text"], "stream": false, "metadata": {"a": "b"}, "parallel_tool_calls": false
            """));

        Assert.Equal("what?", question.Text);
    }

    private static async Task<(Question Question, JsonElement Asked)> AskedAsync(string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        var (tenant, question) = Assert.Single(gateway.Localizer.Asked);
        Assert.Equal(Tenants.Default, tenant);
        return (question, (await response.JsonAsync()).GetProperty("loupe").GetProperty("asked"));
    }
}
