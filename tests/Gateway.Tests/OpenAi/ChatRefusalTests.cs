using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.OpenAi;

/// <summary>What is refused, in OpenAI's shape.</summary>
public sealed class ChatRefusalTests
{
    private const string Other = """{"type": "image_url", "image_url": {"url": "data:image/png;base64,BAUG"}}""";

    [Theory]
    [InlineData(""" "n": 2 """, "n")]
    [InlineData(""" "temperature": -1 """, "temperature")]
    [InlineData(""" "temperature": 3 """, "temperature")]
    [InlineData(""" "temperature": "hot" """, "temperature")]
    [InlineData(""" "top_p": 2 """, "top_p")]
    [InlineData(""" "presence_penalty": 1 """, "presence_penalty")]
    [InlineData(""" "frequency_penalty": -1 """, "frequency_penalty")]
    [InlineData(""" "logit_bias": {"5": 1} """, "logit_bias")]
    [InlineData(""" "logprobs": true """, "logprobs")]
    [InlineData(""" "stop": "x" """, "stop")]
    [InlineData(""" "tools": [{"type": "function"}] """, "tools")]
    [InlineData(""" "tool_choice": "required" """, "tool_choice")]
    [InlineData(""" "response_format": {"type": "json_object"} """, "response_format")]
    [InlineData(""" "modalities": ["text", "audio"] """, "modalities")]
    [InlineData(""" "max_tokens": 0 """, "max_tokens")]
    [InlineData(""" "max_completion_tokens": -5 """, "max_completion_tokens")]
    [InlineData(""" "task": "paint" """, "task")]
    [InlineData(""" "priority": "high" """, "priority")]
    [InlineData(""" "deadlineMs": 0 """, "deadlineMs")]
    [InlineData(""" "regions": [{"box": [1, 2, 3]}] """, "regions[0].box")]
    [InlineData(""" "stream": "yes" """, "stream")]
    public async Task A_parameter_that_cannot_be_is_named(string more, string param)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.Of("what?", more));

        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal(("invalid_request_error", param, "invalid_value"), (error.Type, error.Param, error.Code));
        Assert.Empty(gateway.Localizer.Asked);
    }

    [Theory]
    [InlineData("", "messages", "required")]
    [InlineData("""{"role": "user", "content": "what?"}""", "messages", "has no picture")]
    [InlineData("""{"role": "assistant", "content": "a cow"}""", "messages", "has no picture")]
    [InlineData("""{"role": "robot", "content": "what?"}""", "messages[0].role", "user, assistant")]
    [InlineData("""{"content": "what?"}""", "messages[0].role", "user, assistant")]
    [InlineData("""{"role": "user"}""", "messages[0].content", "required")]
    [InlineData("""{"role": "user", "content": 5}""", "messages[0].content", "text")]
    [InlineData("""{"role": "user", "content": [{"type": "input_audio"}]}""", "messages[0].content[0].type", "image_url")]
    [InlineData("""{"role": "user", "content": [{"type": "text"}]}""", "messages[0].content[0].text", "required")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url"}]}""", "messages[0].content[0].image_url", "data:image/png")]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}]}""", "messages[0].content", "[1].image_url.url: is not a data URI. This server fetches nothing")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png,abc"}}]}""", "messages[0].content", "base64")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,?"}}]}""", "messages[0].content", "base64")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url", "image_url": {"url": 5}}]}""", "messages[0].content", "string")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]}""", "messages", "empty")]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": "<box>1,2</box>"}, $]}""", "messages[0].content", "<box>1,2</box>")]
    public async Task Messages_that_cannot_be_asked_are_told_where_and_why(string messages, string param, string says)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.OfMessages(messages.Replace("$", Chats.Picture)));

        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal(param, error.Param);
        Assert.Contains(says, error.Message);
        Assert.Empty(gateway.Localizer.Asked);
    }

    [Fact]
    public async Task Several_pictures_are_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.OfMessages($$"""{"role": "user", "content": [{{Chats.Picture}}, {{Other}}]}"""));

        var error = await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal("messages[0].content[1]", error.Param);
        Assert.Contains("a chat is about one", error.Message);
    }

    [Fact]
    public async Task Regions_in_two_ways_are_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.Of("what is <box>0,0,1,1</box>?", """ "regions": [{"box": [0, 0, 1, 1]}] """));

        Assert.Equal("regions", (await response.ErrorAsync(HttpStatusCode.BadRequest)).Param);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    public async Task What_is_no_chat_is_told_so(string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(body);

        Assert.Equal("body", (await response.ErrorAsync(HttpStatusCode.BadRequest)).Param);
    }

    [Fact]
    public async Task Another_media_type_is_415()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.Of("what?"), "text/plain");

        Assert.Equal("unsupported_type", (await response.ErrorAsync(HttpStatusCode.UnsupportedMediaType)).Code);
    }

    [Theory]
    [InlineData("gpt-4o", HttpStatusCode.NotFound, "model_not_found")]
    [InlineData("", HttpStatusCode.BadRequest, "invalid_value")]
    public async Task A_model_that_is_not_served_is_told_which_is(string model, HttpStatusCode status, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.ChatAsync(Chats.Of("what?").Replace(Chats.Model, model));

        var error = await response.ErrorAsync(status);
        Assert.Equal(("model", code), (error.Param, error.Code));
        Assert.Contains(Chats.Model, error.Message);
    }

    [Theory]
    [InlineData(ProblemKind.Unprocessable, "invalid_request_error", "invalid_image")]
    [InlineData(ProblemKind.TooLarge, "invalid_request_error", "request_too_large")]
    [InlineData(ProblemKind.Overloaded, "rate_limit_error", "rate_limit_exceeded")]
    [InlineData(ProblemKind.Unavailable, "server_error", "unavailable")]
    [InlineData(ProblemKind.DeadlinePassed, "server_error", "deadline")]
    [InlineData(ProblemKind.Internal, "server_error", "internal")]
    public async Task Whatever_the_localizer_refuses_has_the_shape(ProblemKind kind, string type, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(LocalizerException.Of(kind, "no.", TimeSpan.FromSeconds(2.5)));
        foreach (var stream in (string[])["false", "true"])
        {
            using var response = await gateway.ChatAsync(Chats.Of("what?", $"\"stream\": {stream}"));

            Assert.Equal(("no.", type, null, code), await response.ErrorAsync((HttpStatusCode)kind));
            Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
        }
    }

    [Fact]
    public async Task Fields_of_the_question_are_named_as_the_chat_names_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(LocalizerException.Invalid("text", "is too long."));
        using var response = await gateway.ChatAsync(Chats.Of("what?"));

        Assert.Equal(
            ("text: is too long.", "messages"),
            ((await response.ErrorAsync(HttpStatusCode.BadRequest)) is var error ? (error.Message, error.Param) : default));
    }

    [Fact]
    public async Task A_defect_says_nothing_of_the_server()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(new InvalidOperationException("secret"));
        using var response = await gateway.ChatAsync(Chats.Of("what?"));

        var error = await response.ErrorAsync(HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Equal("server_error", error.Type);
    }

    [Fact]
    public async Task A_picture_too_large_is_413()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Loupe:Limits:MaxImageBytes", "2"));
        using var image = await gateway.ChatAsync(Chats.Of("what?"));
        using var body = await gateway.ChatAsync(Chats.Of(new string('x', 300 << 10)));

        Assert.Equal("request_too_large", (await image.ErrorAsync(HttpStatusCode.RequestEntityTooLarge)).Code);
        Assert.Equal("request_too_large", (await body.ErrorAsync(HttpStatusCode.RequestEntityTooLarge)).Code);
    }

    [Fact]
    public async Task Without_a_key_it_is_401()
    {
        var hash = ScriptedLocalizer.Id("sesame"u8);
        await using var gateway = await GatewayUnderTest.StartAsync(("Auth:Keys:0:Tenant", "ann"), ("Auth:Keys:0:Sha256", hash));
        using var nobody = await gateway.ChatAsync(Chats.Of("what?"));
        using var models = await gateway.Client.GetAsync("/v1/models");
        gateway.Client.DefaultRequestHeaders.Authorization = new("Bearer", "sesame");
        using var ann = await gateway.ChatAsync(Chats.Of("what?"));

        Assert.Equal(
            ("authentication_error", "invalid_api_key"),
            ((await nobody.ErrorAsync(HttpStatusCode.Unauthorized)) is var error ? (error.Type, error.Code) : default));
        Assert.Equal("invalid_api_key", (await models.ErrorAsync(HttpStatusCode.Unauthorized)).Code);
        Assert.Equal(HttpStatusCode.OK, ann.StatusCode);
        Assert.Equal("ann", Assert.Single(gateway.Localizer.Asked).Tenant);
    }

    [Fact]
    public async Task More_than_the_rate_is_429_with_a_time_to_come_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new FakeTimeProvider(), ("Limits:RequestsPerMinute", "1"));
        using var first = await gateway.ChatAsync(Chats.Of("what?"));
        using var second = await gateway.ChatAsync(Chats.Of("what?"));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var error = await second.ErrorAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal(("rate_limit_error", "rate_limit_exceeded"), (error.Type, error.Code));
        Assert.Equal(TimeSpan.FromMinutes(1), second.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("/v1/chat", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/v1/responses", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/v1/embeddings", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/v1/chat/completions", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task What_is_not_served_has_the_shape_too(string path, HttpStatusCode status, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.GetAsync(path);

        var error = await response.ErrorAsync(status);
        Assert.Equal(code, error.Code);
        Assert.True(status != HttpStatusCode.NotFound || error.Message.Contains("/v1/chat/completions"), error.Message);
    }

    [Fact]
    public async Task Other_addresses_keep_their_problems()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.GetAsync("/v1/modelsx");

        await response.ProblemAsync(HttpStatusCode.NotFound);
    }
}
