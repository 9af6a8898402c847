using Loupe.Client.Tests.Servers;

namespace Loupe.Client.Tests.Processes;

public sealed class UsageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-usage-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Picture()
    {
        var path = Path.Combine(_folder.FullName, "picture.png");
        File.WriteAllBytes(path, ToyLoupe.Picture);
        return path;
    }

    [Theory]
    [InlineData("--box", "1,2,3")]
    [InlineData("--box", "1,2,3,x")]
    [InlineData("--box", "5,2,3,4")]
    [InlineData("--point", "nan,1")]
    [InlineData("--polygon", "1,2,3,4")]
    [InlineData("--task", "guess")]
    [InlineData("--task", "0")]
    [InlineData("--server", "nowhere")]
    [InlineData("--server", "ftp://nowhere")]
    [InlineData("--max-words", "many")]
    [InlineData("--no-such-option", "1")]
    public async Task Bad_usage_is_exit_code_2_before_anything_is_sent(string option, string value)
    {
        await using var server = await new ToyLoupe().StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "ask", Picture(), "what?", option, value);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.StartsWith("loupe: ", ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Theory]
    [InlineData("ask", "none.png")]
    [InlineData("batch", "none.jsonl")]
    [InlineData("eval", "none")]
    public async Task A_file_that_cannot_be_read_is_exit_code_2_and_named(string verb, string name)
    {
        await using var server = await new ToyLoupe().StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, verb, Path.Combine(_folder.FullName, name));
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Contains(name, ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_folder_is_no_picture() =>
        Assert.Equal(2, (await LoupeProcess.RunAsync(null, "ask", _folder.FullName)).Code);

    [Theory]
    [InlineData("cluster")]
    [InlineData("bench", "load", "--seconds", "1")]
    public async Task A_server_that_is_not_there_is_named(params string[] arguments)
    {
        Uri url;
        await using (var server = await new ToyLoupe().StartAsync())
        {
            url = server.Url;
        }

        var ran = await LoupeProcess.RunAsync(null, [.. arguments, "--server", url.ToString()]);
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Contains(url.ToString(), ran.Error, StringComparison.Ordinal);
        Assert.Contains("./loupe up", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_environment_that_names_no_server_matters_only_without_the_option()
    {
        await using var server = await new ToyLoupe().StartAsync();
        Assert.Equal(2, (await LoupeProcess.RunAsync(new Uri("relative", UriKind.Relative), "cluster")).Code);
        Assert.Equal(
            0, (await LoupeProcess.RunAsync(new Uri("relative", UriKind.Relative), "cluster", "--server", server.Url.ToString())).Code);
    }

    [Fact]
    public async Task The_cluster_is_shown_silo_by_silo()
    {
        await using var server = await new ToyLoupe().StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "cluster");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.All(
            ["toy", "cpu", "silo-1", "4711", "active", "0.250", "3.0 of 512"],
            part => Assert.Contains(part, ran.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_tells_every_verb_and_what_the_script_runs_itself()
    {
        var ran = await LoupeProcess.RunAsync(null, "--help");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.All(
            ["ask", "batch", "eval", "cluster", "bench", "./loupe up", "./loupe test"],
            part => Assert.Contains(part, ran.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var ran = await LoupeProcess.RunAsync(null, "--version");
        Assert.Equal(0, ran.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", ran.Output);
    }
}
