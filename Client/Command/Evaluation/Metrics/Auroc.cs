namespace Loupe.Command.Evaluation.Metrics;

/// <summary>An answer that was judged, and how sure of it the bundle was.</summary>
/// <param name="Scene">Index of the scene, for the bootstrap.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Right">Whether it was right.</param>
internal readonly record struct Confident(int Scene, double Confidence, bool Right);

/// <summary>
/// Area under the receiver operating characteristic: the chance that of a right and a wrong answer the right one was
/// told with more confidence, ties counting half. Source: Hanley and McNeil, "The meaning and use of the area under a
/// receiver operating characteristic (ROC) curve", Radiology 143, 1982. Unit: 0 to 1; 0.5 is chance.
/// </summary>
internal sealed class Auroc(IEnumerable<Confident> answers)
{
    private readonly Confident[] _rising = [.. answers.OrderBy(answer => answer.Confidence)];

    /// <param name="times">How often each scene counts; all once for the figure itself.</param>
    /// <returns>NaN if all were right or all wrong.</returns>
    public double Of(int[] times)
    {
        double right = 0, wrong = 0, won = 0;
        for (var i = 0; i < _rising.Length;)
        {
            double rightHere = 0, wrongHere = 0;
            var level = _rising[i].Confidence;
            for (; i < _rising.Length && _rising[i].Confidence.Equals(level); i++)
            {
                rightHere += _rising[i].Right ? times[_rising[i].Scene] : 0;
                wrongHere += _rising[i].Right ? 0 : times[_rising[i].Scene];
            }

            won += rightHere * (wrong + (wrongHere / 2));
            right += rightHere;
            wrong += wrongHere;
        }

        return right > 0 && wrong > 0 ? won / (right * wrong) : double.NaN;
    }
}
