using System.Globalization;
using System.Text.RegularExpressions;

namespace Loupe.Silo.Tests.Metrics;

/// <summary>A strict reader of Prometheus' text format, as a scraper would read it.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _samples = [];

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>By name and ordered labels: <c>name{a="1",b="2"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    public double this[string sample] => _samples[sample];

    public static PrometheusText Parse(string text)
    {
        var parsed = new PrometheusText();
        Assert.EndsWith("\n", text);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(parsed._types.TryAdd(type.Groups[1].Value, type.Groups[2].Value), $"typed twice: {line}");
            }
            else if (!line.StartsWith('#'))
            {
                parsed.AddSample(line);
            }
        }

        return parsed;
    }

    private void AddSample(string line)
    {
        var sample = SampleLine().Match(line);
        Assert.True(sample.Success, $"no sample: {line}");
        var name = sample.Groups["name"].Value;
        Assert.True(
            _types.ContainsKey(name) || _types.ContainsKey(Suffix().Replace(name, "")), $"a sample without a type before it: {line}");
        var labels = LabelPair()
            .Matches(sample.Groups["labels"].Value)
            .Select(label => label.Value)
            .Order(StringComparer.Ordinal)
            .ToArray();
        var key = labels.Length == 0 ? name : $"{name}{{{string.Join(',', labels)}}}";
        Assert.True(_samples.TryAdd(key, Number(sample.Groups["value"].Value)), $"told twice: {line}");
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("^# TYPE ([a-zA-Z_][a-zA-Z0-9_]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*)\})? (?<value>\S+)( \d+)?$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\.)*\"")]
    private static partial Regex LabelPair();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
