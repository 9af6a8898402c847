using System.Diagnostics;
using Loupe.Grains.Placement;

namespace Loupe.Silo.Clustering;

/// <summary>The other processes of a local cluster: started with this one, stopped with it.</summary>
internal sealed partial class FurtherSilos(int silos, int gateways, string data, ILogger<FurtherSilos> logger) : IHostedService, IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly List<Process> _processes = [];
    private volatile bool _isStopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 1; i < silos + gateways; i++)
        {
            var process = Process.Start(Command(i)) ?? throw new IOException("A further silo could not be started.");
            var index = i;
            process.Exited += (_, _) => Ended(process, index);
            // Last: one that has ended already is told at once.
            process.EnableRaisingEvents = true;
            _processes.Add(process);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        // Its input tells a silo to drain and stop.
        _processes.ForEach(AskToStop);
        try
        {
            await Task.WhenAll(_processes.Select(process => process.WaitForExitAsync(cancellationToken)));
        }
        catch (OperationCanceledException)
        {
            LogKilled();
            _processes.ForEach(process => process.Kill());
        }
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());

    // Nobody starts it again here: the others serve on, and whoever watches is told.
    private void Ended(Process process, int index)
    {
        if (!_isStopping)
        {
            LogEnded(index, process.ExitCode);
        }
    }

    private static void AskToStop(Process process)
    {
        try
        {
            process.StandardInput.Write('\n');
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    private ProcessStartInfo Command(int index)
    {
        var words = Environment.GetCommandLineArgs();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, UseShellExecute = false };
        // Started as "dotnet Loupe.Silo.dll …", the program is the first argument.
        IEnumerable<string> program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [words[0]] : [];
        string[] own =
        [
            "--Cluster:Index", $"{index}",
            "--Silo:Port", "0",
            "--Silo:ManagementPort", "0",
            "--Loupe:Data", Path.Combine(data, $"silo-{index}"),
            "--Loupe:Images", Path.Combine(data, "images"),
            .. index < silos ? Array.Empty<string>() : ["--Cluster:Roles:0", SiloRoles.Gateway],
        ];
        foreach (var word in program.Concat(words.Skip(1)).Concat(own))
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }
}
