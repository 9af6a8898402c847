using System.Net;
using System.Net.Sockets;
using System.Text;
using Loupe.Command.Load;

namespace Loupe.Client.Tests.Load;

public sealed class LoadServerTests
{
    private const string Word = "event: word"
        + "\nid: 0\n"
        + """data: {"text":"dog","point":[1,2],"box":[0,1,2,3],"confidence":0.5}"""
        + "\n\n";

    private const string Done = "event: done"
        + "\n"
        + """data: {"id":"x","image":"i","task":"answer","text":"dog","words":[],"regions":[],"model":{"name":"m","digest":"d"},"finish":"stop"}"""
        + "\n\n";

    private sealed class FakeHandler(HttpStatusCode status, string type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
    }

    private static LoadServer Server(HttpStatusCode status, string type, string body) =>
        new(new Uri("http://loupe.test"), new FakeHandler(status, type, body));

    private static async Task<List<AnswerPart>> StreamAsync(LoadServer server)
    {
        var parts = new List<AnswerPart>();
        await foreach (var part in server.StreamAsync(new("i"), TestContext.Current.CancellationToken))
        {
            parts.Add(part);
        }

        return parts;
    }

    [Fact]
    public async Task Words_and_the_whole_answer_are_read_from_the_stream()
    {
        using var server = Server(HttpStatusCode.OK, "text/event-stream", Word + Done);
        var parts = await StreamAsync(server);
        Assert.Equal("dog", Assert.IsType<WordPart>(parts[0]).Word.Text);
        Assert.Equal("m", Assert.IsType<DonePart>(parts[1]).Answer.Model.Name);
        Assert.Equal(2, parts.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "application/problem+json", """{"status":429,"detail":"busy"}""", "429 TooManyRequests", "429 busy")]
    [InlineData(HttpStatusCode.OK, "text/event-stream", "event: error\ndata: {\"status\":504,\"detail\":\"late\"}\n\n", "504 GatewayTimeout", "504 late")]
    [InlineData(HttpStatusCode.BadGateway, "text/plain", "a proxy", "502 BadGateway", "502 a proxy")]
    public async Task A_refusal_is_told_with_its_status_before_and_within_a_stream(
        HttpStatusCode status, string type, string body, string kind, string message)
    {
        using var server = Server(status, type, body);
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => StreamAsync(server));
        Assert.Equal((kind, message), (server.KindOf(refusal), refusal.Message));
    }

    // A client that reads the rest of a short answer would keep the connection; the server would then wait here for its
    // next request, until the test is cancelled.
    [Fact(Timeout = 30_000)]
    public async Task Leaving_a_stream_closes_its_connection()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var left = new TaskCompletionSource();
        var serving = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptTcpClientAsync(cancellation);
                var stream = connection.GetStream();
                await ReadRequestAsync(stream, cancellation);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk(Word)), cancellation);
                await left.Task.WaitAsync(cancellation);
                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(Chunk(Done) + "0\r\n\r\n"), cancellation);
                    return await stream.ReadAsync(new byte[1], cancellation);
                }
                catch (IOException)
                {
                    return 0;
                }
            },
            cancellation);
        using var server = new LoadServer(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        await foreach (var _ in server.StreamAsync(new("i"), cancellation))
        {
            break;
        }

        left.SetResult();
        Assert.Equal(0, await serving);
    }

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    // Head and body may come in pieces of any size.
    private static async Task ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("\"image\"", StringComparison.Ordinal))
        {
            seen.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellationToken)));
        }
    }
}
