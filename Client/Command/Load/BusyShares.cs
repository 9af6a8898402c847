using System.Globalization;
using System.Text.RegularExpressions;

namespace Loupe.Command.Load;

/// <summary>How much the threads of a server's stages worked: seconds in a second, by what <c>/metrics</c> counts.</summary>
internal static partial class BusyShares
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Seconds that each stage has worked so far; empty where the server does not tell it at its own address.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(Uri server, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = server, Timeout = Patience };
        try
        {
            return Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellation));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return Parse(string.Empty);
        }
    }

    /// <summary>Reads what Prometheus would.</summary>
    public static IReadOnlyDictionary<string, double> Parse(string metrics) => Worked().Matches(metrics).ToDictionary(
        match => match.Groups["stage"].Value, match => double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture));

    /// <summary>Of each stage that is told of before and after.</summary>
    public static IReadOnlyDictionary<string, double> Between(
        IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after, TimeSpan elapsed) =>
        after.Where(stage => before.ContainsKey(stage.Key) && elapsed > TimeSpan.Zero)
            .ToDictionary(stage => stage.Key, stage => (stage.Value - before[stage.Key]) / elapsed.TotalSeconds);

    [GeneratedRegex("""^loupe_stage_busy_seconds_total\{[^}]*stage="(?<stage>[a-z]+)"[^}]*\} (?<seconds>[0-9.eE+-]+)""", RegexOptions.Multiline)]
    private static partial Regex Worked();
}
