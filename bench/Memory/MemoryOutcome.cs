using Loupe.Bench.Statistics;

namespace Loupe.Bench.Memory;

/// <summary>What questions of one kind allocate on the server's managed heap, everything included.</summary>
/// <param name="Kind">Which stages they needed.</param>
/// <param name="Questions">Asked.</param>
/// <param name="BytesPerQuestion">Allocated.</param>
/// <param name="StepsPerQuestion">Token steps of the decoder.</param>
internal sealed record AllocationSample(string Kind, int Questions, double BytesPerQuestion, double StepsPerQuestion);

/// <summary>All that was measured.</summary>
internal sealed record MemoryOutcome
{
    public required MemoryReading Idle { get; init; }

    public required IReadOnlyList<AllocationSample> Allocations { get; init; }

    /// <summary>Readings under the Zipf load, the filling included.</summary>
    public required IReadOnlyList<MemoryReading> Zipf { get; init; }

    public required long ZipfAnswered { get; init; }

    public required long ZipfFailed { get; init; }

    /// <summary>Before and after every picture of the budget was asked about.</summary>
    public required (MemoryReading Before, MemoryReading After)? Budget { get; init; }
}

/// <summary>Whether memory grows.</summary>
/// <param name="FirstMinute">Median resident bytes in the first minute.</param>
/// <param name="LastMinute">And in the last.</param>
/// <param name="BytesPerMinute">Slope of the line through all readings, by least squares.</param>
internal sealed record MemoryGrowth(double FirstMinute, double LastMinute, double BytesPerMinute)
{
    private const double Minute = 60;

    /// <param name="readings">In order of time; at least two.</param>
    public static MemoryGrowth Of(IReadOnlyList<MemoryReading> readings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(readings.Count, 2);
        var (start, end) = (readings[0].At, readings[^1].At);
        var (meanAt, meanBytes) = (readings.Average(reading => reading.At), readings.Average(reading => reading.Resident));
        var slope = readings.Sum(
            reading => (reading.At - meanAt) * (reading.Resident - meanBytes)) / readings.Sum(reading => Math.Pow(reading.At - meanAt, 2));
        return new MemoryGrowth(
            Median(readings.Where(reading => reading.At <= start + Minute)), Median(readings.Where(reading => reading.At >= end - Minute)),
            slope * Minute);
    }

    private static double Median(IEnumerable<MemoryReading> readings) =>
        Spread.Of(readings.Select(reading => (double)reading.Resident)).Median;
}
