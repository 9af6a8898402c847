using System.Text;
using System.Text.Json;

namespace Loupe.Command.Load;

/// <summary>A load report as one JSON object; times are milliseconds, and a quantile of nothing is null.</summary>
internal static class LoadJson
{
    public static string Write(LoadReport report, LoadOptions options)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("clients", options.Clients);
            json.WriteNumber("hangUp", options.HangUp);
            json.WriteNumber("fresh", options.Fresh);
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("elapsedMs", Math.Round(report.Elapsed.TotalMilliseconds));
            json.WriteNumber("words", report.Words);
            json.WriteNumber("wordsPerSecond", Math.Round(report.WordsPerSecond, 2));
            json.WriteNumber("questionsPerSecond", Math.Round(report.QuestionsPerSecond, 2));
            json.WriteNumber("answered", report.Answered);
            json.WriteNumber("hungUp", report.HungUp);
            json.WriteNumber("failed", report.Failed);
            json.WriteStartObject("errors");
            foreach (var (kind, count) in report.Errors)
            {
                json.WriteNumber(kind, count);
            }

            json.WriteEndObject();
            json.WriteStartObject("busy");
            foreach (var (stage, share) in report.Busy)
            {
                json.WriteNumber(stage, Math.Round(share, 3));
            }

            json.WriteEndObject();
            Write(json, "latencyMs", report.Latency);
            Write(json, "firstWordMs", report.FirstWord);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, Quantiles quantiles)
    {
        json.WriteStartObject(name);
        foreach (var (label, value)
            in (ReadOnlySpan<(string, double)>)[("p50", quantiles.P50), ("p95", quantiles.P95), ("p99", quantiles.P99)])
        {
            if (double.IsNaN(value))
            {
                json.WriteNull(label);
            }
            else
            {
                json.WriteNumber(label, Math.Round(value, 2));
            }
        }

        json.WriteEndObject();
    }
}
