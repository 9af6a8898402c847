using System.Diagnostics;
using System.Globalization;

namespace Loupe.Bench.Fleet;

/// <summary>One silo process: started, killed, asked to leave, started again on the same port.</summary>
internal sealed class SiloHandle : IAsyncDisposable
{
    // A silo loads its model and meets the others within seconds, on a machine that has time for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ProcessStartInfo _start;
    private readonly string _log;
    private readonly HttpClient _http;
    private Process? _process;

    /// <param name="name">As the cluster knows it.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="arguments">Of the process.</param>
    /// <param name="log">File that its output is added to.</param>
    public SiloHandle(string name, Uri address, IEnumerable<string> arguments, string log)
    {
        (Name, Address, _log) = (name, address, log);
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        _start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Loupe.Silo.dll"));
        foreach (var argument in arguments)
        {
            _start.ArgumentList.Add(argument);
        }
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Of the process when it has ended.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Of the process started last.</summary>
    /// <exception cref="IOException">It does not run.</exception>
    public int ProcessId => IsRunning ? _process!.Id : throw new IOException($"{Name} does not run; its output is in {_log}.");

    /// <summary>Starts the process; it is not ready yet.</summary>
    public void Start()
    {
        _process?.Dispose();
        var process = new Process { StartInfo = _start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Returns once it says that it is ready.</summary>
    /// <exception cref="IOException">It ended instead, or took too long.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var asked = Stopwatch.StartNew();
        while (!await IsReadyAsync(cancellation))
        {
            if (!IsRunning || asked.Elapsed > Patience)
            {
                throw new IOException(
                    $"{Name} {(IsRunning ? "did not get ready" : "ended before it was ready")}; its output is in {_log}.");
            }

            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Whether it says that it should get questions.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (
            error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Pictures encoded by this process, as <c>/metrics</c> tells it now; null where it cannot be asked.</summary>
    public async Task<double?> EncodesAsync(CancellationToken cancellation)
    {
        try
        {
            var text = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellation);
            return text.Split('\n')
                .Where(line => line.StartsWith("loupe_stage_requests_total{", StringComparison.Ordinal)
                    && line.Contains("stage=\"encode\"", StringComparison.Ordinal)
                        && line.Contains("outcome=\"ok\"", StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(line.IndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (
            error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (IsRunning)
        {
            _process!.Kill();
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>kill -15, and waits until it has left.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", ["-15", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellation);
        await _process.WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_start)
            {
                File.AppendAllText(_log, line + Environment.NewLine);
            }
        }
    }
}
