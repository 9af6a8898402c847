namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// Average precision of finds over many scenes: the area under the precision-recall curve after precision was made
/// monotone (Everingham et al., "The PASCAL VOC Challenge", all-point form since 2010). Unit: 0 to 1.
/// </summary>
/// <remarks>It sorts once, so that the bootstrap can weigh the same scenes a thousand times.</remarks>
internal sealed class AveragePrecision
{
    private readonly (int Scene, bool Hit)[] _finds;
    private readonly int[] _truths;

    public AveragePrecision(IReadOnlyList<MatchedScene> scenes)
    {
        _truths = [.. scenes.Select(scene => scene.Truths)];
        _finds = [.. scenes
            .SelectMany((scene, i) => scene.Finds.Select(find => (find.Score, find.Hit, Scene: i)))
            .OrderByDescending(find => find.Score)
            .Select(find => (find.Scene, find.Hit))];
    }

    /// <param name="times">How often each scene counts; all once for the figure itself.</param>
    /// <returns>NaN if there was nothing to find.</returns>
    public double Of(int[] times)
    {
        var total = _truths.Select((count, i) => (double)count * times[i]).Sum();
        if (total == 0)
        {
            return double.NaN;
        }

        var precision = new double[_finds.Length];
        var recall = new double[_finds.Length];
        double hits = 0, seen = 0;
        for (var i = 0; i < _finds.Length; i++)
        {
            var weight = times[_finds[i].Scene];
            seen += weight;
            hits += _finds[i].Hit ? weight : 0;
            precision[i] = seen > 0 ? hits / seen : 0;
            recall[i] = hits / total;
        }

        double area = 0, best = 0;
        for (var i = _finds.Length - 1; i >= 0; i--)
        {
            best = Math.Max(best, precision[i]);
            area += best * (recall[i] - (i > 0 ? recall[i - 1] : 0));
        }

        return area;
    }
}
