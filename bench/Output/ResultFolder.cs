using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Loupe.Bench.Charts;

namespace Loupe.Bench.Output;

/// <summary>Where a measurement leaves what it found.</summary>
internal sealed class ResultFolder
{
    // Names of silos and quotation marks are to be read by people; a figure of nothing is null.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private readonly string _folder;

    /// <param name="folder">Made where it is missing; null for <c>bench/results</c> of this repository.</param>
    public ResultFolder(string? folder)
    {
        _folder = Path.GetFullPath(folder ?? Path.Combine(Repository() ?? Environment.CurrentDirectory, "bench", "results"));
        Directory.CreateDirectory(_folder);
    }

    /// <summary>What this is measured on.</summary>
    public static string Machine { get; } = MachineText.Describe();

    /// <summary>Writes an object with when, on what and from which sources it was measured.</summary>
    public string WriteJson(string name, JsonObject result)
    {
        result["measuredAt"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        result["machine"] = Machine;
        result["commit"] = Commit();
        return Write($"{name}.json", result.ToJsonString(Indented) + "\n");
    }

    /// <summary>A folder of the repository that this program lies in.</summary>
    /// <exception cref="IOException">It lies in none.</exception>
    public static string Source(params string[] parts) =>
        Repository() is { } root
            ? Path.Combine([root, .. parts])
            : throw new IOException("This program does not lie in Loupe's repository.");

    /// <summary>As it was written to a file.</summary>
    public static string Text(JsonObject result) => result.ToJsonString(Indented);

    public string WriteText(string name, string text) => Write(name, text);

    public string WriteChart(string name, LineChart chart) => Write($"{name}.svg", chart.ToSvg());

    public string WriteChart(string name, BarChart chart) => Write($"{name}.svg", chart.ToSvg());

    /// <summary>A number for JSON, to four significant digits after the point; null for none.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 4)) : null;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The folder of this repository, where the program lies in one.</summary>
    public static string? Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    /// <summary>The sources that this was built from, where git knows them.</summary>
    public static string? Commit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Repository() ?? ".",
            });
            var commit = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(commit) ? null : commit;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // A copy without git has no commit to name.
            return null;
        }
    }
}
