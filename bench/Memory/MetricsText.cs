using System.Globalization;

namespace Loupe.Bench.Memory;

/// <summary>Samples of Prometheus' text format.</summary>
internal sealed class MetricsText(string text)
{
    private readonly (string Name, string Labels, double Value)[] _samples = [
        .. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Parse),
    ];

    /// <summary>The sum of the samples of a name whose labels contain a text; 0 where there is none.</summary>
    public double Sum(string name, string label = "") =>
        _samples.Where(sample => sample.Name == name && sample.Labels.Contains(label, StringComparison.Ordinal))
            .Sum(sample => sample.Value);

    private static (string Name, string Labels, double Value) Parse(string line)
    {
        // A label's value may hold spaces; nothing after the labels does but what parts value and time.
        var end = line.LastIndexOf('}');
        var (head, rest) = end < 0 ? (line[..line.IndexOf(' ')], line[line.IndexOf(' ')..]) : (line[..(end + 1)], line[(end + 1)..]);
        var name = head.Split('{')[0];
        return (name, head[name.Length..], double.Parse(rest.Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
