using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.Questions;

public sealed class QuestionEndpointsTests
{
    [Fact]
    public async Task A_question_is_answered()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var image = await gateway.UploadAsync();
        using var response = await gateway.AskAsync(
            $$"""{"image": "{{image}}", "task": "caption", "regions": [{"box": [0, 0, 2, 2.5]}], "maxWords": 5, "priority": "bulk"}""");

        var answer = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("yes", "caption", image), (Text(answer, "text"), Text(answer, "task"), Text(answer, "image")));
        Assert.Equal("yes", Text(answer.GetProperty("words")[0], "text"));
        var (tenant, question) = Assert.Single(gateway.Localizer.Asked);
        Assert.Equal((Tenants.Default, 5, Priority.Bulk), (tenant, question.MaxWords, question.Priority));
        Assert.Equal(new Box(0, 0, 2, 2.5), question.Regions[0].Box);
    }

    [Fact]
    public async Task An_image_inside_the_question_is_uploaded_first()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync("""{"image": {"data": "AQID"}, "text": "what?"}""");

        var id = ScriptedLocalizer.Id([1, 2, 3]);
        Assert.Equal(id, Text(await response.JsonAsync(), "image"));
        using var stored = await gateway.Client.GetAsync($"/v1/images/{id}");
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
    }

    [Theory]
    [InlineData("""{"text": "what?"}""", "image")]
    [InlineData("""{"image": "cat.png"}""", "image")]
    [InlineData("""{"image": {"data": ""}}""", "image.data")]
    [InlineData("""{"image": {"data": "?"}}""", "image")]
    [InlineData("""{"image": {"url": "http://example.com"}}""", "image")]
    [InlineData("""{"image": "$", "task": "paint"}""", "task")]
    [InlineData("""{"image": "$", "task": 2}""", "task")]
    [InlineData("""{"image": "$", "priority": "high"}""", "priority")]
    [InlineData("""{"image": "$", "regions": [{"box": [1, 2, 3]}]}""", "regions[0].box")]
    [InlineData("""{"image": "$", "regions": [{"box": [1, 2, 3, 4]}, {"points": [[1, "x"]]}]}""", "regions[1].points[0]")]
    [InlineData("""{"image": "$", "regions": {}}""", "regions")]
    [InlineData("""{"image": "$", "maxWords": "many"}""", "maxWords")]
    [InlineData("""{"image": "$", "maxWords": 2.5}""", "maxWords")]
    [InlineData("""{"image": "$", "deadlineMs": 0}""", "deadlineMs")]
    [InlineData("""{"image": "$", "deadlineMs": 600001}""", "deadlineMs")]
    [InlineData("""{"image": "$", "stream": "yes"}""", "stream")]
    [InlineData("""{"image": "$" """, "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("", "body")]
    public async Task A_bad_question_is_400_and_names_the_field(string json, string field)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync(json.Replace("$", GatewayUnderTest.Id('a')));

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal([field], problem.Fields());
        AssertSaysNothingOfTheServer(problem.GetRawText());
        Assert.Empty(gateway.Localizer.Asked);
    }

    [Fact]
    public async Task An_unknown_task_is_told_which_there_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync($$"""{"image": "{{GatewayUnderTest.Id('a')}}", "task": "paint"}""");

        Assert.Contains(
            "answer, caption, locate, segment, detect, narrate", Text(await response.ProblemAsync(HttpStatusCode.BadRequest), "detail"));
    }

    [Fact]
    public async Task A_syntax_error_is_told_where_it_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync("{\"image\": \"a\",\n \"regions\": [}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["regions[0]"], problem.Fields());
        Assert.Contains("(line 2, byte 14)", Text(problem, "detail"));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_question_that_is_not_json_is_415(string type)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        using var response = await gateway.Client.PostAsync("/v1/questions", content);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_question_above_the_limit_is_413()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            ("Loupe:Limits:MaxImageBytes", "10"), ("Gateway:MaxQuestionBytes", "1024"));
        using var inside = await gateway.AskAsync("{\"image\": {\"data\": \"" + Convert.ToBase64String(new byte[11]) + "\"}}");
        using var whole = await gateway.AskAsync($$"""{"text": "{{new string('x', 2000)}}"}""");

        await inside.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        await whole.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData(ProblemKind.Invalid, null)]
    [InlineData(ProblemKind.NotFound, null)]
    [InlineData(ProblemKind.TooLarge, null)]
    [InlineData(ProblemKind.Unprocessable, null)]
    [InlineData(ProblemKind.Overloaded, "3")]
    [InlineData(ProblemKind.Unavailable, "1")]
    [InlineData(ProblemKind.DeadlinePassed, null)]
    public async Task A_refusal_of_the_localizer_is_its_problem_as_answer_and_as_stream(ProblemKind kind, string? retryAfter)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        TimeSpan? wait = retryAfter is null ? null : TimeSpan.FromSeconds(double.Parse(retryAfter) - 0.5);
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(LocalizerException.Of(kind, "because", wait));
        foreach (var events in (bool[])[false, true])
        {
            using var response = await gateway.AskAsync($$"""{"image": "{{GatewayUnderTest.Id('a')}}"}""", events);

            Assert.Equal("because", Text(await response.ProblemAsync((HttpStatusCode)(int)kind), "detail"));
            Assert.Equal(retryAfter, response.Headers.RetryAfter?.ToString());
        }
    }

    [Fact]
    public async Task A_defect_is_500_and_says_nothing_of_the_server()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(new InvalidOperationException("/secret/path of tensor_7"));
        using var response = await gateway.AskAsync($$"""{"image": "{{GatewayUnderTest.Id('a')}}"}""");

        var problem = (await response.ProblemAsync(HttpStatusCode.InternalServerError)).GetRawText();
        Assert.DoesNotContain("secret", problem);
        AssertSaysNothingOfTheServer(problem);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("/secret/path"));
    }

    [Fact]
    public async Task A_deadline_that_passes_is_504_and_cancels_the_work()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(time);
        TaskCompletionSource begun = new(), cancelled = new();
        gateway.Localizer.OnAsk = ScriptedLocalizer.NeverEnding(begun, cancelled);

        var asking = gateway.AskAsync($$"""{"image": "{{GatewayUnderTest.Id('a')}}", "deadlineMs": 2000}""");
        await begun.Task;
        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(cancelled.Task.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await cancelled.Task;
        using var response = await asking;
        await response.ProblemAsync(HttpStatusCode.GatewayTimeout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hanging_up_cancels_the_work(bool events)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        TaskCompletionSource begun = new(), cancelled = new();
        gateway.Localizer.OnAsk = ScriptedLocalizer.NeverEnding(begun, cancelled);
        var body = $$"""{"image": "{{GatewayUnderTest.Id('a')}}", "stream": {{(events ? "true" : "false")}}}""";
        using (var connection = await gateway.ConnectAsync())
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/questions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                    + $"{body.Length}\r\n\r\n{body}"));
            await begun.Task;
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_is_left_of_the_deadline_is_told_to_the_localizer()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(time);
        gateway.Localizer.OnAdd = _ => time.Advance(TimeSpan.FromMilliseconds(400));
        using var response = await gateway.AskAsync("""{"image": {"data": "AQID"}, "deadlineMs": 1000}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(600, Assert.Single(gateway.Localizer.Asked).Question.DeadlineMs);
    }

    [Fact]
    public async Task An_answer_is_recalled_by_its_id()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var id = GatewayUnderTest.Id('c');
        gateway.Localizer.Answers[(Tenants.Default, id)] = ScriptedLocalizer.Answer(new Question(Image: "i"), "remembered");

        using var known = await gateway.Client.GetAsync($"/v1/questions/{id}");
        using var unknown = await gateway.Client.GetAsync($"/v1/questions/{GatewayUnderTest.Id('d')}");
        using var noId = await gateway.Client.GetAsync("/v1/questions/7");

        Assert.Equal("remembered", Text(await known.JsonAsync(), "text"));
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
        await noId.ProblemAsync(HttpStatusCode.NotFound);
    }

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static void AssertSaysNothingOfTheServer(string text)
    {
        foreach (var word in (string[])["System.", "Loupe.", "   at ", "Exception", ".cs", "Path: "])
        {
            Assert.DoesNotContain(word, text);
        }
    }
}
