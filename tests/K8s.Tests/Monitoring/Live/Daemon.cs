using System.ComponentModel;
using System.Diagnostics;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>Another program that runs beside the silos, with a folder of its own; both go with it.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _folder;

    private Daemon(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Starts it and returns once it answers.</summary>
    /// <param name="program">Found by the PATH.</param>
    /// <param name="package">What to install where it is missing.</param>
    /// <param name="arguments">Given its folder.</param>
    /// <param name="answers">Whether it is there.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="IOException">It is not installed, ended, or never answered.</exception>
    public static async Task<Daemon> StartAsync(
        string program, string package, Func<string, IEnumerable<string>> arguments, Func<Task<bool>> answers,
        CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory($"loupe-{program}-").FullName;
        Process process;
        try
        {
            process = Process.Start(
                new ProcessStartInfo(program, arguments(folder)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Directory.Delete(folder, recursive: true);
            throw new IOException($"{program} is not installed: apt-get install {package}.");
        }

        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var daemon = new Daemon(process, folder);
        try
        {
            var asked = Stopwatch.StartNew();
            while (!await answers())
            {
                if (process.HasExited)
                {
                    throw new IOException($"{program} ended at once: {(await complaints).Trim()}");
                }

                if (asked.Elapsed > Patience)
                {
                    throw new IOException($"{program} did not answer within {Patience.TotalSeconds:0} s.");
                }

                await Task.Delay(50, cancellation);
            }

            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
