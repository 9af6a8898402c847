namespace Loupe.Silo.Feeds;

/// <summary>One line, or one histogram, of a metric: the values under one set of labels.</summary>
internal sealed class PrometheusSeries(string labels, double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;
    private double _value;

    /// <summary><c>a="1",b="2"</c>, ordered by name; empty without labels.</summary>
    public string Labels { get; } = labels;

    /// <summary>In which scrape an observed value was last seen; one that is no longer observed is no longer told.</summary>
    public long SeenInScrape { get; private set; }

    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
        }
    }

    public void Set(double value, long scrape)
    {
        lock (_gate)
        {
            // Two label sets that differ only in what the exporter cannot tell apart add up.
            _value = SeenInScrape == scrape && scrape > 0 ? _value + value : value;
            SeenInScrape = scrape;
        }
    }

    public void Record(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        lock (_gate)
        {
            _counts[bucket >= 0 ? bucket : ~bucket]++;
            _sum += value;
        }
    }

    public double Read()
    {
        lock (_gate)
        {
            return _value;
        }
    }

    public (long[] Counts, double Sum) ReadHistogram()
    {
        lock (_gate)
        {
            return ([.. _counts], _sum);
        }
    }
}
