using System.Net;
using System.Text.Json;
using Loupe.Bench.Suite.Http;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite.Targets;

/// <summary>Servers of Loupe's API, asked over HTTP in turn.</summary>
/// <param name="name">As the results name it.</param>
/// <param name="addresses">Where they listen, at least one.</param>
/// <param name="book">The pictures.</param>
/// <param name="processes">Whose processor time counts.</param>
/// <param name="owned">Ends with the target.</param>
internal sealed class HttpTarget(
    string name, IReadOnlyList<Uri> addresses, SceneBook book, Func<TimeSpan> processes, IAsyncDisposable owned) : Target(name)
{
    private const int PreparingClients = 4;

    private static readonly ReadOnlyMemory<byte> FirstWord = "event: word"u8.ToArray();

    private Prepared _prepared = new([], [], []);

    public override TimeSpan? ServerTime => processes();

    public override async Task PrepareAsync(Plan plan, CancellationToken cancellation)
    {
        List<Ask> uploads = [.. plan.Uploads.Select(picture => new Ask(picture, null) { Uploads = true })];
        foreach (var before in new IReadOnlyList<Ask>[] { uploads, plan.WarmUp })
        {
            var prepared = Make(before, Question.DefaultDeadlineMs);
            await RunAsync(new Plan { Asks = before, Clients = PreparingClients }, prepared, cancellation);
            var failed = Array.FindIndex(prepared.Statuses, status => status is not (200 or 201));
            if (failed >= 0)
            {
                throw new IOException(
                    $"{Name} refused what comes before the measuring: {prepared.Statuses[failed]} "
                        + $"{AnswerText.Excerpt(prepared.Bodies[failed])}");
            }
        }

        _prepared = Make(plan.Asks, plan.DeadlineMs);
    }

    public override Task<Outcome> RunAsync(Plan plan, CancellationToken cancellation) => RunAsync(plan, _prepared, cancellation);

    public override IReadOnlyList<string?> Said() =>
        [.. _prepared.Bodies.Select((body, i) => _prepared.Statuses[i] == 200 && body is not null ? AnswerText.Of(body) : null)];

    public override ValueTask DisposeAsync() => owned.DisposeAsync();

    private Task<Outcome> RunAsync(Plan plan, Prepared prepared, CancellationToken cancellation)
    {
        _prepared = prepared;
        var clients = 0;
        return Loop.RunAsync(
            plan, () => new Asker(addresses, Interlocked.Increment(ref clients), plan.Asks, prepared), new Random(plan.Asks.Count),
            cancellation);
    }

    private Prepared Make(IReadOnlyList<Ask> asks, int deadlineMs)
    {
        var requests = new List<(byte[]? Upload, byte[]? Question)>[addresses.Count];
        for (var server = 0; server < addresses.Count; server++)
        {
            requests[server] = [.. asks.Select(ask => RequestsOf(ask, deadlineMs, addresses[server]))];
        }

        return new Prepared(requests, new int[asks.Count], new byte[asks.Count][]);
    }

    private (byte[]? Upload, byte[]? Question) RequestsOf(Ask ask, int deadlineMs, Uri server)
    {
        var picture = book.PictureOf(ask.Picture);
        var upload = ask.Uploads ? LeanConnection.Post(new Uri(server, "/v1/images"), "image/jpeg", picture.File) : null;
        if (ask.Question is not { } question)
        {
            return (upload, null);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            question with { Image = picture.Id, Stream = ask.Streams, DeadlineMs = deadlineMs }, LoupeJson.Default.Question);
        return (upload, LeanConnection.Post(new Uri(server, "/v1/questions"), "application/json", body));
    }

    /// <summary>Requests by server and operation, and what came back.</summary>
    private sealed record Prepared(
        IReadOnlyList<IReadOnlyList<(byte[]? Upload, byte[]? Question)>> Requests, int[] Statuses, byte[][] Bodies);

    private sealed class Asker(IReadOnlyList<Uri> addresses, int number, IReadOnlyList<Ask> asks, Prepared prepared) : IAsker
    {
        private readonly LeanConnection?[] _connections = new LeanConnection?[addresses.Count];
        private int _turn = number;

        public async ValueTask<Replied> DoAsync(int index, CancellationToken cancellation)
        {
            // Each of its operations asks the next server, as behind a load balancer.
            var server = _turn++ % addresses.Count;
            var connection = _connections[server] ??= new LeanConnection(
                new IPEndPoint(IPAddress.Parse(addresses[server].Host), addresses[server].Port));
            var (upload, question) = prepared.Requests[server][index];
            var reply = default(LeanResponse);
            foreach (var request in new[] { upload, question })
            {
                if (request is null)
                {
                    continue;
                }

                reply = await connection.SendAsync(request, asks[index].Streams ? FirstWord : default, cancellation);
                (prepared.Statuses[index], prepared.Bodies[index]) = (reply.Status, reply.Body);
                if (reply.Status is not (200 or 201))
                {
                    return default;
                }
            }

            return new Replied(true, reply.First, asks[index].Streams ? AnswerText.Count(reply.Body, FirstWord.Span) : 0);
        }

        public void Dispose()
        {
            foreach (var connection in _connections)
            {
                connection?.Dispose();
            }
        }
    }
}
