using System.Diagnostics;
using Loupe.Bench.Fleet;

namespace Loupe.K8s.Tests.Pods;

/// <summary>The process of a pod, with the pod's environment, on this machine.</summary>
internal sealed class PodProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _data = Directory.CreateTempSubdirectory("loupe-pod-").FullName;
    private readonly List<string> _output = [];
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly int _managementPort = FreePort.Any();

    /// <param name="environment">Of the pod; what is null there is left out.</param>
    /// <param name="instead">What this machine needs in place of the cluster's.</param>
    public PodProcess(IReadOnlyDictionary<string, string?> environment, IReadOnlyDictionary<string, string> instead)
    {
        var port = FreePort.Any();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Loupe.Silo.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var (name, value) in environment.Where(
                variable => variable.Value is not null && variable.Key.StartsWith(Settings.Prefix, StringComparison.Ordinal)))
        {
            start.Environment[name] = value;
        }

        start.Environment["LOUPE__Silo__Port"] = $"{port}";
        start.Environment["LOUPE__Silo__ManagementPort"] = $"{_managementPort}";
        start.Environment["LOUPE__Cluster__Port"] = $"{FreePort.Any()}";
        start.Environment["LOUPE__Loupe__Data"] = _data;
        foreach (var (name, value) in instead)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public Task<string> MetricsAsync() => _http.GetStringAsync(new Uri($"http://127.0.0.1:{_managementPort}/metrics"));

    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Returns once a path answers with success.</summary>
    public async Task WaitForAsync(string path)
    {
        var asked = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                // It does not listen yet.
            }

            Assert.False(_process.HasExited, Output);
            Assert.True(asked.Elapsed < Patience, $"{path} never succeeded.\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until it ends by itself; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as a kubelet sends it; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }
}
