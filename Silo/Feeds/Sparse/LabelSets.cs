using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Loupe.Silo.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Loupe.Silo.Feeds;

/// <summary>Finds the series of a set of labels, without allocating for a set that was seen before.</summary>
internal sealed class LabelSets
{
    // Labels are bounded by contract; this keeps a mistake in them from eating the memory.
    private const int MaxSeries = 2000;

    private readonly double[] _bounds;
    private readonly ConcurrentDictionary<Tag[], PrometheusSeries> _byTags = new(Comparer.Instance);
    private readonly ConcurrentDictionary<Tag[], PrometheusSeries>.AlternateLookup<ReadOnlySpan<Tag>> _lookup;
    private readonly ConcurrentDictionary<string, PrometheusSeries> _byText = [];

    public LabelSets(double[] bounds)
    {
        _bounds = bounds;
        _lookup = _byTags.GetAlternateLookup<ReadOnlySpan<Tag>>();
    }

    /// <summary>All series, in the order of their labels.</summary>
    public IEnumerable<PrometheusSeries> All => _byText.Values.OrderBy(series => series.Labels, StringComparer.Ordinal);

    public PrometheusSeries? Find(ReadOnlySpan<Tag> tags)
    {
        if (_lookup.TryGetValue(tags, out var known))
        {
            return known;
        }

        if (_byTags.Count >= MaxSeries)
        {
            return null;
        }

        var series = _byText.GetOrAdd(TextOf(tags), static (text, bounds) => new(text, bounds), _bounds);
        _byTags.TryAdd(tags.ToArray(), series);
        return series;
    }

    private static string TextOf(ReadOnlySpan<Tag> tags)
    {
        var ordered = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            ordered[MetricNames.Clean(name)] = ValueOf(value);
        }

        var text = new StringBuilder();
        foreach (var (name, value) in ordered)
        {
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"")
                .Append(value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }

        return text.ToString();
    }

    private static string ValueOf(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private sealed class Comparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(Tag[]? x, Tag[]? y) => Equals(x.AsSpan(), y!);

        public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
        {
            if (alternate.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(Tag[] tags) => GetHashCode(tags.AsSpan());

        public int GetHashCode(ReadOnlySpan<Tag> tags)
        {
            var hash = default(HashCode);
            foreach (var (name, value) in tags)
            {
                hash.Add(name);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();
    }
}
