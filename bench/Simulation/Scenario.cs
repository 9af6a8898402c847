using Loupe.Bench.Charts;

namespace Loupe.Bench.Simulation;

/// <summary>What a scenario showed.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Question">What it was to find out, in a sentence.</param>
/// <param name="Rows">Its table.</param>
/// <param name="Findings">Sentences with the figures that answer the question.</param>
/// <param name="Charts">Pictures of it by file name.</param>
internal sealed record ScenarioResult(
    string Name, string Question, IReadOnlyList<Row> Rows, IReadOnlyList<string> Findings, IReadOnlyList<(string Name, LineChart Chart)> Charts);

/// <summary>One question about the cluster, and the runs that answer it.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <param name="start">Seed, load and length; a scenario varies the rest.</param>
    /// <param name="watched">Told of every run that is done.</param>
    ScenarioResult Run(SimulationOptions start, Action<string> watched);
}
