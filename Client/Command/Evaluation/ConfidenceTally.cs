using Loupe.Command.Evaluation.Metrics;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Evaluation;

/// <summary>How well the confidence that answers come with tells right from wrong.</summary>
internal sealed class ConfidenceTally(IEnumerable<Confident> answers, int scenes)
{
    private readonly List<Confident> _answers = [.. answers];

    public IReadOnlyList<CalibrationBin> Calibration() => Metrics.Calibration.Bins(_answers);

    public IEnumerable<Figure> Figures(Bootstrap bootstrap)
    {
        if (_answers.Count == 0)
        {
            return [];
        }

        var curve = new Auroc(_answers);
        return [
            new(Metric.Auroc, bootstrap.Of(scenes, curve.Of), _answers.Count),
            new(Metric.CalibrationError, bootstrap.Of(scenes, times => Metrics.Calibration.Error(_answers, times)), _answers.Count)];
    }
}
