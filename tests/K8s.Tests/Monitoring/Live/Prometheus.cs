using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Bench.Fleet;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>
/// A real Prometheus that scrapes whatever pods there are, and answers queries about them. Series bear the label
/// <c>pod</c> and <c>namespace</c>, as with the Prometheus operator.
/// </summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly Daemon _daemon;
    private readonly string _targets;
    private readonly HttpClient _http;

    private Prometheus(Daemon daemon, string targets, HttpClient http) => (_daemon, _targets, _http) = (daemon, targets, http);

    /// <param name="scrape">Between two scrapes of a pod.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <param name="rules">A file of rules to evaluate; null for none.</param>
    public static async Task<Prometheus> StartAsync(TimeSpan scrape, CancellationToken cancellation, string? rules = null)
    {
        var port = FreePort.Any();
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
        var targets = string.Empty;
        var daemon = await Daemon.StartAsync(
            "prometheus",
            "prometheus",
            folder =>
            {
                targets = Path.Combine(folder, "pods.json");
                var configuration = Path.Combine(folder, "prometheus.yml");
                File.WriteAllText(targets, "[]");
                File.WriteAllText(configuration, Configuration(scrape, targets, rules));
                return [
                    $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
                    $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
                ];
            },
            () => AnswersAsync(http, cancellation),
            cancellation);
        return new Prometheus(daemon, targets, http);
    }

    /// <summary>From now on it scrapes these, and forgets others.</summary>
    /// <param name="pods">Names and addresses.</param>
    public void Watch(IEnumerable<(string Name, Uri Address)> pods)
    {
        var groups = new JsonArray([.. pods.Select(pod => new JsonObject
        {
            ["targets"] = new JsonArray($"{pod.Address.Host}:{pod.Address.Port}"),
            ["labels"] = new JsonObject { ["pod"] = pod.Name, ["namespace"] = "loupe" },
        })]);

        // Moved into place, so that it never reads half a file.
        File.WriteAllText(_targets + ".next", groups.ToJsonString());
        File.Move(_targets + ".next", _targets, overwrite: true);
    }

    /// <summary>The values of an instant query, by pod; empty where it has none or does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, double>> QueryAsync(string query, CancellationToken cancellation)
    {
        try
        {
            var answer = await _http.GetFromJsonAsync<JsonObject>($"/api/v1/query?query={Uri.EscapeDataString(query)}", cancellation);
            return answer!["data"]!["result"]!.AsArray().ToDictionary(
                series => (string)series!["metric"]!["pod"]!,
                series => double.Parse((string)series!["value"]![1]!, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (
            error is HttpRequestException or JsonException
                || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Dictionary<string, double>();
        }
    }

    /// <summary>Its own answer to a call of its API.</summary>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <param name="cancellation">Breaks off.</param>
    /// <exception cref="IOException">It gave none, or refused.</exception>
    public async Task<JsonNode> CallAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative), cancellation);
            var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellation);
            return (string?)answer!["status"] == "success" ? answer["data"]! : throw new IOException($"Prometheus: {answer["error"]}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw new IOException($"Prometheus did not answer: {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _http.Dispose();
    }

    private static string Configuration(TimeSpan scrape, string targets, string? rules) => string.Create(CultureInfo.InvariantCulture, $"""
        global:
          scrape_interval: {scrape.TotalMilliseconds:0}ms
          scrape_timeout: {scrape.TotalMilliseconds:0}ms
        rule_files: [{(rules is null ? "" : $"'{rules}'")}]
        scrape_configs:
          - job_name: loupe
            file_sd_configs:
              - files: ['{targets}']
                refresh_interval: 1s
        """);

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/-/ready", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
