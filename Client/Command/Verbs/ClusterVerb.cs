using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe cluster</c>: what is running, silo by silo.</summary>
internal static class ClusterVerb
{
    public static System.CommandLine.Command Create()
    {
        var connection = new Connection();
        var command = new System.CommandLine.Command("cluster", "What is running, silo by silo.");
        connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(async () =>
        {
            using var client = connection.Open(parsed);
            Show(Terminal.Out, await client.ClusterAsync(cancellation));
            return ExitCode.Success;
        }));
        return command;
    }

    internal static void Show(IAnsiConsole console, ClusterDescription cluster)
    {
        var bundle = cluster.Bundle;
        console.WriteLine($"{bundle.Name} {bundle.Digest[..12]} on {bundle.Device}; mode {cluster.Mode}");
        console.WriteLine($"tasks: {string.Join(", ", bundle.Tasks.Select(task => task.ToString().ToLowerInvariant()))}");
        var table = new Table().AddColumns("silo", "pid", "roles", "state", "queue s", "saturation", "features MiB");
        foreach (var silo in cluster.Silos)
        {
            table.AddRow(
                Markup.Escape(silo.Name), $"{silo.ProcessId}", string.Join(' ', silo.Roles), silo.State.ToString().ToLowerInvariant(),
                $"{silo.QueueSeconds:0.000}", $"{silo.Saturation:0.00}",
                $"{silo.FeatureBytes / 1048576.0:0.0} of {silo.FeatureBytesAllowed / 1048576.0:0}");
        }

        console.Write(table);
    }
}
