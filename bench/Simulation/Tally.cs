using Loupe.Bench.Statistics;

namespace Loupe.Bench.Simulation;

/// <summary>What a simulated run showed, in the part of it that counts.</summary>
internal sealed class Tally(double from, double to, int hotImages)
{
    private readonly List<Sample> _samples = [];
    private readonly List<(double At, int Image)> _reencodes = [];

    public int Encodes { get; private set; }

    public int Transfers { get; private set; }

    public long TransferBytes { get; private set; }

    public int Shed { get; private set; }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Encodings of images that had been encoded before, at any time of the run.</summary>
    public IReadOnlyList<(double At, int Image)> Reencodes => _reencodes;

    /// <summary>Of them, those of the most popular images.</summary>
    public int HotReencodes => _reencodes.Count(again => again.Image < hotImages);

    public void Ended(SimulatedQuestion question, AskEnd end, Found found, double now)
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
            _samples.Add(new Sample(question.Image, question.Asked, (now - question.Asked) * 1000, found.Answer, found.Prefix, found.Features));
        }
    }

    public void Encoded(int image, bool again, double now)
    {
        Encodes++;
        if (again)
        {
            _reencodes.Add((now, image));
        }
    }

    public void Transferred(int bytes)
    {
        Transfers++;
        TransferBytes += bytes;
    }

    /// <summary>Nearest-rank quantile of the latencies of some questions, in milliseconds; NaN over none.</summary>
    public double Quantile(double share, Func<Sample, bool>? which = null) =>
        Spread.NearestRank(_samples.Where(which ?? (_ => true)).Select(sample => sample.Milliseconds), share);

    /// <summary>Share of the questions that asked a stage at all and found its value there.</summary>
    public double ReuseOf(Func<Sample, bool?> stage)
    {
        var asked = _samples.Select(stage).OfType<bool>().ToList();
        return asked.Count == 0 ? double.NaN : asked.Count(there => there) / (double)asked.Count;
    }

    /// <param name="Image">By popularity.</param>
    /// <param name="Asked">Virtual seconds.</param>
    /// <param name="Milliseconds">Until the answer was whole.</param>
    /// <param name="Answer">Whether it was memoized or being said.</param>
    /// <param name="Prefix">Whether it was there; null where it was not needed.</param>
    /// <param name="Features">Where they came from; null where they were not needed.</param>
    internal readonly record struct Sample(int Image, double Asked, double Milliseconds, bool? Answer, bool? Prefix, FeatureReuse? Features);
}
