using System.Text;
using System.Text.Json;

namespace Loupe.Command.Evaluation.Report;

/// <summary>A report as one JSON object; shares are 0 to 1, and what could not be judged is null.</summary>
internal static class ReportJson
{
    public static string Write(EvaluationReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            if (report.Model is { } model)
            {
                json.WriteStartObject("model");
                json.WriteString("name", model.Name);
                json.WriteString("digest", model.Digest);
                json.WriteEndObject();
            }

            json.WriteNumber("failed", report.Failed);
            json.WriteStartObject("failures");
            foreach (var (message, count) in report.Failures)
            {
                json.WriteNumber(message, count);
            }

            json.WriteEndObject();
            json.WriteStartObject("groups");
            foreach (var group in report.Groups)
            {
                Group(json, group);
            }

            json.WriteEndObject();
            if (TargetTable.Fits(report))
            {
                Targets(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Targets(Utf8JsonWriter json)
    {
        json.WriteStartArray("targets");
        foreach (var target in Target.All)
        {
            json.WriteStartObject();
            json.WriteString("task", target.Task);
            json.WriteString("figure", target.Metric.Key);
            Number(json, "seen", target.Seen / target.Metric.Scale);
            Number(json, "heldOut", target.HeldOut / target.Metric.Scale);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Group(Utf8JsonWriter json, GroupReport group)
    {
        json.WriteStartObject(group.Name);
        json.WriteNumber("scenes", group.Scenes);
        json.WriteNumber("questions", group.Questions);
        json.WriteNumber("failed", group.Failed);
        json.WriteStartObject("figures");
        foreach (var figure in group.Figures)
        {
            json.WriteStartObject(figure.Metric.Key);
            Number(json, "value", figure.Interval.Value);
            Number(json, "low", figure.Interval.Low);
            Number(json, "high", figure.Interval.High);
            json.WriteNumber("n", figure.Count);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("kinds");
        foreach (var kind in group.Kinds)
        {
            json.WriteStartObject();
            json.WriteString("task", kind.Task);
            json.WriteString("kind", kind.Kind);
            Number(json, "share", kind.Share);
            json.WriteNumber("n", kind.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("calibration");
        foreach (var bin in group.Calibration)
        {
            json.WriteStartObject();
            Number(json, "from", bin.From);
            Number(json, "to", bin.To);
            Number(json, "confidence", bin.Confidence);
            Number(json, "right", bin.Right);
            json.WriteNumber("n", bin.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
