namespace Loupe.Bench.Simulation;

/// <summary>One line of a scenario's table: what was varied, and what came of it.</summary>
/// <param name="Setting">Names and values of what was varied.</param>
/// <param name="Figures">Names and values of what was seen; NaN where there was nothing to see.</param>
internal sealed record Row(IReadOnlyList<(string Name, string Value)> Setting, IReadOnlyList<(string Name, double Value)> Figures)
{
    public double this[string figure] => Figures.First(entry => entry.Name == figure).Value;

    /// <summary>The figures that every run has.</summary>
    public static Row Of(SimulatedRun run, params IReadOnlyList<(string, string)> setting)
    {
        var tally = run.Tally;
        return new Row(setting,
        [
            ("asked/s", run.Rate),
            ("answered", tally.Samples.Count),
            ("shed", tally.Shed),
            ("answer reuse", tally.ReuseOf(sample => sample.Answer)),
            ("prefix reuse", tally.ReuseOf(sample => sample.Prefix)),
            ("features hit", tally.ReuseOf(sample => sample.Features is { } from ? from == FeatureReuse.Hit : null)),
            ("features replica", tally.ReuseOf(sample => sample.Features is { } from ? from == FeatureReuse.Replica : null)),
            ("imbalance", run.Imbalance),
            ("transfers", tally.Transfers),
            ("transfer MiB", tally.TransferBytes / 1048576.0),
            ("re-encodes", tally.Reencodes.Count),
            ("p50 ms", tally.Quantile(0.5)),
            ("p99 ms", tally.Quantile(0.99)),
        ]);
    }

    /// <summary>The same with further figures.</summary>
    public Row With(params IReadOnlyList<(string, double)> more) => this with { Figures = [.. Figures, .. more] };
}
