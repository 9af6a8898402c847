using Loupe.Command.Evaluation.Metrics;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Evaluation;

/// <summary>Collects judged values of metrics that are means, by scene.</summary>
internal sealed class Tally(int scenes)
{
    private readonly Dictionary<Metric, List<double>[]> _values = [];
    private readonly Dictionary<(string Task, string Kind), List<double>> _kinds = [];

    public void Add(Metric metric, int scene, double value)
    {
        if (!_values.TryGetValue(metric, out var byScene))
        {
            _values[metric] = byScene = [.. Enumerable.Range(0, scenes).Select(_ => new List<double>())];
        }

        byScene[scene].Add(value);
    }

    public void Add(Metric metric, int scene, bool right, Inquiry inquiry)
    {
        var value = right ? 1.0 : 0.0;
        Add(metric, scene, value);
        var key = (inquiry.Task.Name, inquiry.Truth?.Kind ?? "");
        if (!_kinds.TryGetValue(key, out var values))
        {
            _kinds[key] = values = [];
        }

        values.Add(value);
    }

    public IEnumerable<Figure> Figures(Bootstrap bootstrap) =>
        _values.Select(entry => new Figure(entry.Key, bootstrap.OfMean(entry.Value), entry.Value.Sum(values => values.Count)));

    public IReadOnlyList<KindFigure> Kinds() =>
        [
            .. _kinds.OrderBy(entry => entry.Key)
                .Select(entry => new KindFigure(entry.Key.Task, entry.Key.Kind, entry.Value.Average(), entry.Value.Count)),
        ];
}
