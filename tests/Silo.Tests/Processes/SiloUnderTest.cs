using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Loupe.Silo.Tests.Processes;

/// <summary>The real process on the real bundle, on a port of its own.</summary>
internal sealed partial class SiloUnderTest : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly bool _ownsData;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloUnderTest(string bundle, string? data, string[] arguments)
    {
        _ownsData = data is null;
        Data = data ?? Directory.CreateTempSubdirectory("loupe-silo-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])
            [Program, "--port", "0", "--bundle", bundle, "--device", "cpu", "--data", Data, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The silo ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The bundle that tests run on: <c>LOUPE_BUNDLE</c>, or the one that ships.</summary>
    public static string Bundle
    {
        get
        {
            var bundle = Environment.GetEnvironmentVariable("LOUPE_BUNDLE") ?? Path.Combine(RepositoryRoot, "models", "scenes-mini");
            Assert.SkipUnless(File.Exists(Path.Combine(bundle, "bundle.json")), $"No bundle at {bundle}; set LOUPE_BUNDLE.");
            return bundle;
        }
    }

    public string Data { get; }

    public HttpClient Client { get; private set; } = null!;

    public int ProcessId => _process.Id;

    /// <summary>Where the process listens, and those that it started, itself first.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [
            .. Address()
                .Matches(Output)
                .Select(match => new Uri(match.Value["listens on ".Length..]))
                .Distinct()
                .OrderBy(address => address.Port != Client.BaseAddress!.Port),
        ];

    public string Output => string.Join('\n', _output);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Loupe.Silo.dll");

    private static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new InvalidOperationException("The tests are not inside the repository.");
        }
    }

    /// <summary>Starts a silo and waits until it is ready.</summary>
    public static async Task<SiloUnderTest> StartAsync(string? data = null, params string[] arguments)
    {
        var silo = new SiloUnderTest(Bundle, data, arguments);
        try
        {
            var address = await silo._listening.Task.WaitAsync(Patience);
            silo.Client = new HttpClient { BaseAddress = address, Timeout = Patience };
            using var patience = new CancellationTokenSource(Patience);
            while (!(await silo.Client.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode)
            {
                await Task.Delay(20, patience.Token);
            }

            return silo;
        }
        catch (Exception exception)
        {
            var output = silo.Output;
            await silo.DisposeAsync();
            throw new InvalidOperationException($"The silo did not get ready:\n{output}", exception);
        }
    }

    /// <summary>Starts a silo that is expected to give up, and waits for its end.</summary>
    public static async Task<(int ExitCode, string Output)> FailAsync(string bundle, params string[] arguments)
    {
        await using var silo = new SiloUnderTest(bundle, null, arguments);
        _ = silo._listening.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        using var patience = new CancellationTokenSource(Patience);
        await silo._process.WaitForExitAsync(patience.Token);
        return (silo._process.ExitCode, silo.Output);
    }

    /// <summary>Uploads a picture and gives its id.</summary>
    public async Task<string> UploadAsync(byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new("image/png");
        using var response = await Client.PostAsync("/v1/images", content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("id").GetString()!;
    }

    public async Task<HttpResponseMessage> AskAsync(string json) =>
        await Client.PostAsync("/v1/questions", new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Asks a question that has an answer, and gives it.</summary>
    public async Task<JsonElement> AnswerAsync(string json)
    {
        using var response = await AskAsync(json);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        // Its own, too: while they hold its output, it does not end.
        _process.Kill(entireProcessTree: true);
        await EndAsync();
    }

    /// <summary>kill -9, while other processes still write to its output.</summary>
    public async Task KillAloneAsync()
    {
        _process.Kill();
        while (!_process.HasExited)
        {
            await Task.Delay(10);
        }
    }

    /// <summary>kill -15, without waiting.</summary>
    public void AskToStop() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>The exit code, when it has ended.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Address().Match(line) is { Success: true } address)
        {
            _listening.TrySetResult(new Uri(address.Value["listens on ".Length..]));
        }
    }

    [GeneratedRegex(@"listens on http://[^ ,]+")]
    private static partial Regex Address();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
