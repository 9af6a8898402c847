using System.Net;
using System.Net.Sockets;
using System.Text;
using Loupe.Bench.Suite.Http;

namespace Loupe.Bench.Tests.Suite.Http;

public sealed class LeanConnectionTests
{
    private const string Whole = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Whole, 200)]
    [InlineData(Chunked, 201)]
    public async Task A_response_is_read_to_its_end_however_it_is_cut(string response, int status)
    {
        foreach (var size in new[] { 1, 3, 1000 })
        {
            await using var server = new CuttingServer(response, size);
            using var connection = new LeanConnection(server.Address);
            var request = LeanConnection.Post(new Uri($"http://{server.Address}/v1/questions?x=1"), "application/json", "{}"u8);
            Assert.StartsWith($"POST /v1/questions?x=1 HTTP/1.1\r\nHost: {server.Address}\r\n", Encoding.ASCII.GetString(request));

            // Twice, so that what is left of one response would spoil the next.
            for (var i = 0; i < 2; i++)
            {
                var reply = await connection.SendAsync(request, default, TestContext.Current.CancellationToken);
                Assert.Equal(status, reply.Status);
                Assert.Equal("hello", Encoding.ASCII.GetString(reply.Body));
                Assert.Equal(0, reply.First);
            }
        }
    }

    [Fact]
    public async Task The_first_event_is_noticed_though_it_comes_in_pieces()
    {
        await using var server = new CuttingServer(Chunked, 1);
        using var connection = new LeanConnection(server.Address);
        var reply = await connection.SendAsync("x"u8.ToArray(), "el"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.True(reply.First > 0);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", "without saying how long")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "no HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello", "hung up")]
    public async Task What_is_no_whole_response_is_an_error(string response, string message)
    {
        await using var server = new CuttingServer(response, 1000) { HangsUp = true };
        using var connection = new LeanConnection(server.Address);
        var error = await Assert.ThrowsAsync<IOException>(async () =>
            await connection.SendAsync("x"u8.ToArray(), default, TestContext.Current.CancellationToken));
        Assert.Contains(message, error.Message);
    }

    /// <summary>Answers every read with the same response, cut into pieces.</summary>
    private sealed class CuttingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public CuttingServer(string response, int size)
        {
            _listener.Start();
            _serving = ServeAsync(Encoding.ASCII.GetBytes(response), size);
        }

        public bool HangsUp { get; init; }

        public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(byte[] response, int size)
        {
            try
            {
                using var client = await _listener.AcceptSocketAsync();
                client.NoDelay = true;
                var buffer = new byte[4096];
                while (await client.ReceiveAsync(buffer) > 0)
                {
                    foreach (var piece in response.Chunk(size))
                    {
                        await client.SendAsync(piece);
                    }

                    if (HangsUp)
                    {
                        return;
                    }
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
        }
    }
}
