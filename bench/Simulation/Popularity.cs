namespace Loupe.Bench.Simulation;

/// <summary>Which image is asked about: the k-th most popular with weight 1/k^exponent; 0 is uniform.</summary>
internal sealed class Popularity
{
    private readonly double[] _cumulative;

    public Popularity(int images, double exponent)
    {
        _cumulative = new double[images];
        var sum = 0.0;
        for (var k = 0; k < images; k++)
        {
            _cumulative[k] = sum += Math.Pow(k + 1, -exponent);
        }
    }

    /// <summary>Share of the questions that are about an image.</summary>
    public double Share(int image) => (_cumulative[image] - (image == 0 ? 0 : _cumulative[image - 1])) / _cumulative[^1];

    public int Draw(Random random)
    {
        var at = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(at < 0 ? ~at : at, _cumulative.Length - 1);
    }
}
