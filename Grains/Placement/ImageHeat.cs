using Loupe.Grains.Hosting;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Placement;

/// <summary>
/// Which share of the questions that this silo placed lately was about an image. What is longer ago counts less, by
/// half each <see cref="LoupeClusterOptions.HeatSeconds"/>; images that are hardly asked about are forgotten. Any thread.
/// </summary>
internal sealed class ImageHeat(TimeProvider time, IOptions<LoupeClusterOptions> options)
{
    // An image seen less often than that is not known to be hot, whatever its share of the little that was seen.
    private const double Evidence = 4;

    // So many images can each have a share that matters; the rest are dropped now and then.
    private const int Remembered = 4_096;

    // Weights grow by the second; beyond this all are scaled down.
    private const double Heaviest = 1e100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _counts = new(StringComparer.Ordinal);
    private long _start = time.GetTimestamp();
    private double _total;

    /// <summary>Counts a question about an image; gives the image's share, or 0 where too little is known.</summary>
    public double Note(string image)
    {
        lock (_lock)
        {
            var weight = Math.Pow(2, time.GetElapsedTime(_start).TotalSeconds / options.Value.HeatSeconds);
            if (weight > Heaviest)
            {
                Scale(weight);
                weight = 1;
            }

            var count = _counts[image] = _counts.GetValueOrDefault(image) + weight;
            _total += weight;
            if (_counts.Count > Remembered)
            {
                Forget();
            }

            return count >= Evidence * weight ? count / _total : 0;
        }
    }

    private void Scale(double weight)
    {
        foreach (var image in _counts.Keys)
        {
            _counts[image] /= weight;
        }

        _total /= weight;
        _start = time.GetTimestamp();
    }

    private void Forget()
    {
        foreach (var (image, count) in _counts)
        {
            if (count < 2 * _total / Remembered)
            {
                _counts.Remove(image);
            }
        }
    }
}
