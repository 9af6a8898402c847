using Loupe.Bench.Statistics;

namespace Loupe.Bench.Simulation;

/// <summary>What a simulated run showed, in the part of it that counts.</summary>
internal sealed class Tally(double from, double to, int hotImages)
{
    private readonly List<Sample> _samples = [];
    private readonly List<int> _reencodes = [];

    public int Encodes { get; private set; }

    public int Transfers { get; set; }

    public int Shed { get; private set; }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Images that were encoded though they had been before, at any time of the run, once for each time.</summary>
    public IReadOnlyList<int> Reencodes => _reencodes;

    /// <summary>Of them, the most popular.</summary>
    public int HotReencodes => _reencodes.Count(image => image < hotImages);

    public void Ended(SimulatedQuestion question, AskEnd end, double now)
    {
        if (question.Asked < from || question.Asked >= to)
        {
            return;
        }

        if (end == AskEnd.Shed)
        {
            Shed++;
        }
        else
        {
            _samples.Add(new Sample(question.Image, (now - question.Asked) * 1000));
        }
    }

    public void Encoded(int image, bool again)
    {
        Encodes++;
        if (again)
        {
            _reencodes.Add(image);
        }
    }

    /// <summary>Nearest-rank quantile of the latencies of some questions, in milliseconds; NaN over none.</summary>
    public double Quantile(double share, Func<Sample, bool>? which = null) =>
        Spread.NearestRank(_samples.Where(which ?? (_ => true)).Select(sample => sample.Milliseconds), share);

    /// <param name="Image">By popularity.</param>
    /// <param name="Milliseconds">Until the answer was whole.</param>
    internal readonly record struct Sample(int Image, double Milliseconds);
}
