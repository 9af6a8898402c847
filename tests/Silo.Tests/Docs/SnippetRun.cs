using System.Diagnostics;
using Loupe.Silo.Tests.OpenAi;

namespace Loupe.Silo.Tests.Docs;

/// <summary>Runs a snippet as a reader would: beside <c>models</c>, against a server. Deletes what it left.</summary>
internal sealed class SnippetRun : IDisposable
{
    private const string Server = "http://127.0.0.1:8080";

    private readonly Uri _server;

    public SnippetRun(Uri server)
    {
        _server = server;
        Folder = Directory.CreateTempSubdirectory("loupe-docs-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(Folder, "models"), Path.Combine(DocsPage.Root, "models"));
    }

    public string Folder { get; }

    /// <summary>What the snippet printed; skips the test where the machine lacks what the snippet needs.</summary>
    public async Task<string> RunAsync(Snippet snippet)
    {
        var code = snippet.Code.Replace(Server, _server.ToString().TrimEnd('/'));
        return snippet.Language switch
        {
            "bash" => await RunAsync("bash", await WriteAsync("snippet.sh", $"set -euo pipefail\n{code}")),
            "python" => await PythonAsync(code),
            "js" => await NodeAsync(code),
            "csharp" => await DotNetAsync(code),
            _ => throw new InvalidOperationException($"{snippet.Page}:{snippet.Line} is {snippet.Language}, which nobody runs."),
        };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task<string> PythonAsync(string code)
    {
        if (code.Contains("from openai", StringComparison.Ordinal))
        {
            var (missing, _, _) = await StartAsync("python3", "-c", "import openai");
            Assert.SkipWhen(missing != 0, "OpenAI's client for Python is not installed (pip install openai).");
        }

        return await RunAsync("python3", await WriteAsync("snippet.py", code));
    }

    private async Task<string> NodeAsync(string code)
    {
        if (!code.Contains("from 'openai'", StringComparison.Ordinal))
        {
            return await RunAsync("node", await WriteAsync("snippet.mjs", code));
        }

        // Modules are looked for from where the file stands.
        var installed = await NodeClient.InstalledAsync();
        Directory.CreateSymbolicLink(Path.Combine(Folder, "node_modules"), Path.Combine(installed, "node_modules"));
        return await RunAsync("node", await WriteAsync("snippet.mjs", code));
    }

    private async Task<string> DotNetAsync(string code)
    {
        var needs = code.Contains("using Loupe", StringComparison.Ordinal)
            ? $"#:project {Path.Combine(DocsPage.Root, "Client", "Sdk", "Sdk.csproj")}"
            : $"#:package OpenAI@{typeof(global::OpenAI.OpenAIClient).Assembly.GetName().Version!.ToString(3)}";
        var file = await WriteAsync("snippet.cs", $"{needs}\n#:property PublishAot=false\n{code}");
        return await RunAsync("dotnet", "run", "-c", "Release", file);
    }

    private async Task<string> WriteAsync(string name, string code)
    {
        var file = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(file, code);
        return file;
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output, errors) = await StartAsync(program, arguments);
        Assert.True(code == 0, $"{program} ended with {code}:\n{output}\n{errors}");
        Assert.DoesNotContain("urn:loupe:problem", output);
        return output;
    }

    private async Task<(int Code, string Output, string Errors)> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            try
            {
                await process.WaitForExitAsync(patience.Token);
                await Task.WhenAll(output, errors).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode, await output, await errors);
        }
    }
}
