using System.Text.Json;
using Loupe.Client.Tests.Servers;
using Loupe.Imaging;

namespace Loupe.Client.Tests.Processes;

public sealed class AskTests : IDisposable
{
    private static readonly (byte, byte, byte) Ground = (32, 64, 128);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-ask-");
    private readonly string _picture;

    public AskTests()
    {
        _picture = Path.Combine(_folder.FullName, "picture.png");
        File.WriteAllBytes(_picture, ToyLoupe.Picture);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_person_gets_the_text_why_and_what_it_took()
    {
        var toy = new ToyLoupe { Rule = _ => Replies.Answer("a dog.") with { Rationale = "it barks", Timing = new() { TotalMs = 7 } } };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "ask", _picture, "what is it?");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(["a dog.", "because it barks"], ran.Output.Split('\n')[..2]);
        Assert.DoesNotContain("confidence", ran.Output, StringComparison.Ordinal);
        Assert.Contains("7.0 ms", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", ran.Output, StringComparison.Ordinal);
        Assert.Equal((VisionTask.Answer, "what is it?"), toy.Asked.Select(asked => (asked.Task, asked.Text)).Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_is_told_how_plausible_the_answer_is(bool stream)
    {
        await using var server = await new ToyLoupe { Rule = _ => Replies.Answer("a dog.") with { Confidence = 0.734 } }.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, ["ask", _picture, "what is it?", .. stream ? (string[])["--stream"] : []]);
        Assert.Equal("confidence 0.73", ran.Output.Split('\n')[1]);
    }

    [Fact]
    public async Task A_long_answer_is_one_line_where_programs_read()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 100));
        await using var server = await new ToyLoupe { Rule = _ => Replies.Answer(text) with { Rationale = text } }.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "ask", _picture, "what is it?");
        Assert.Equal([text, $"because {text}"], ran.Output.Split('\n')[..2]);
    }

    [Fact]
    public async Task Without_a_text_a_caption_is_asked_for()
    {
        var toy = new ToyLoupe();
        await using var server = await toy.StartAsync();
        await LoupeProcess.RunAsync(server.Url, "ask", _picture, "--max-words", "7", "--deadline", "30000");
        Assert.Equal(
            (VisionTask.Caption, null, 7, 30_000),
            toy.Asked.Select(asked => (asked.Task, asked.Text, asked.MaxWords, asked.DeadlineMs)).Single());
    }

    [Fact]
    public async Task Regions_are_numbered_as_the_command_line_has_them()
    {
        var toy = new ToyLoupe();
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(
            server.Url, "ask", "--point", "3,4", _picture, "--polygon", "1,1", "5,1", "3,4.5", "which is it?", "--box=1,2,5,6", "--json",
            "--polygon", "0,0,9,0,9,9");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var asked = toy.Asked.Single();
        Assert.Equal("which is it?", asked.Text);
        Assert.Equal(
            """[{"points":[[3,4]]},{"polygon":[[1,1],[5,1],[3,4.5]]},{"box":[1,2,5,6]},{"polygon":[[0,0],[9,0],[9,9]]}]""",
            JsonSerializer.Serialize(asked.Regions, new JsonSerializerOptions(LoupeJson.Default.Options)
            {
                DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
            }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Programs_get_the_answer_as_json(bool stream)
    {
        await using var server = await new ToyLoupe().StartAsync();
        var ran = await LoupeProcess.RunAsync(
            server.Url, ["ask", _picture, "what?", "--json", .. stream ? ["--stream"] : Array.Empty<string>()]);
        var answer = JsonSerializer.Deserialize(ran.Output, LoupeJson.Default.Answer)!;
        Assert.Equal("a dog", answer.Text);
        Assert.Equal(2, answer.Words.Count);
    }

    [Fact]
    public async Task Streamed_words_make_the_same_line()
    {
        var toy = new ToyLoupe { Rule = _ => Replies.Answer("a dog , on grass .") with { Text = "a dog, on grass." } };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "ask", _picture, "what?", "--stream");
        Assert.Equal("a dog, on grass.", ran.Output.Split('\n')[0]);
        Assert.True(toy.Asked.Single().Stream);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Found_regions_are_listed(bool stream)
    {
        var toy = new ToyLoupe
        {
            Rule = _ =>
                Replies.Answer("", VisionTask.Detect) with { Regions = [Replies.Region("a [red] car"), Replies.Region("a wheel", 30)] },
        };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(
            server.Url, ["ask", _picture, "--task", "detect", .. stream ? ["--stream"] : Array.Empty<string>()]);
        Assert.Equal(0, ran.Code);
        var lines = ran.Output.Split('\n');
        Assert.Contains(
            lines,
            line =>
                line.Contains("0.90", StringComparison.Ordinal)
                    && line.Contains("[10,20,40,60]", StringComparison.Ordinal)
                    && line.Contains("a [red] car", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("a wheel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_answer_is_drawn_onto_the_picture()
    {
        var toy = new ToyLoupe
        {
            Rule = _ => Replies.Answer("", VisionTask.Locate) with { Regions = [new() { Box = new(20, 24, 44, 40), Score = 1 }] },
        };
        await using var server = await toy.StartAsync();
        var drawn = Path.Combine(_folder.FullName, "drawn.png");
        var ran = await LoupeProcess.RunAsync(server.Url, "ask", _picture, "the dog", "--task", "locate", "--save", drawn);
        Assert.Equal(0, ran.Code);
        var raster = Picture.Decode(await File.ReadAllBytesAsync(drawn));
        Assert.Equal((64, 48), (raster.Width, raster.Height));
        Assert.NotEqual(Ground, Pixel(raster, 44, 35));
        Assert.Equal(Ground, Pixel(raster, 32, 32));
        Assert.Equal(Ground, Pixel(raster, 60, 45));
    }

    [Fact]
    public async Task A_refusal_is_a_line_on_stderr_and_exit_code_1()
    {
        var toy = new ToyLoupe { Before = (context, _) => context.RefuseAsync(ProblemKind.Invalid) };
        await using var server = await toy.StartAsync();
        Assert.Equal(
            new(1, "", "loupe: refused as Invalid (request request-7)\n"), await LoupeProcess.RunAsync(server.Url, "ask", _picture));
    }

    [Fact]
    public async Task Ctrl_c_ends_it_cleanly()
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        var toy = new ToyLoupe
        {
            Before = async (context, _) =>
            {
                context.RequestAborted.Register(() => gone.TrySetResult());
                asked.TrySetResult();
                await gone.Task;
            },
        };
        await using var server = await toy.StartAsync();
        using var process = LoupeProcess.Start(server.Url, "ask", _picture);
        await asked.Task;
        await process.InterruptAsync();
        Assert.Equal(new(130, "", "loupe: stopped.\n"), await process.EndAsync());
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static (byte, byte, byte) Pixel(Raster raster, int x, int y)
    {
        var at = ((y * raster.Width) + x) * 3;
        return (raster.Rgb[at], raster.Rgb[at + 1], raster.Rgb[at + 2]);
    }
}
