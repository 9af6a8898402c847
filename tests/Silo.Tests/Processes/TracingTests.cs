using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Loupe.Silo.Tests.Processes;

public sealed class TracingTests
{
    [Fact]
    public async Task A_callers_trace_is_continued_and_sent_to_the_collector()
    {
        var received = Channel.CreateUnbounded<byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Writer.TryWrite(body.ToArray());
        });
        await collector.StartAsync();

        await using var silo = await SiloUnderTest.StartAsync(
            null, "--Tracing:Endpoint", collector.Urls.Single(), "--Tracing:Protocol", "http");
        var image = await silo.UploadAsync(Picture.Png(1));
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        silo.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""");

        // What was not yet sent is sent at the end.
        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
        await collector.StopAsync();
        received.Writer.Complete();
        var sent = new List<byte>();
        await foreach (var spans in received.Reader.ReadAllAsync())
        {
            sent.AddRange(spans);
        }

        Assert.True(sent.ToArray().AsSpan().IndexOf(Convert.FromHexString(Trace)) >= 0, "The trace did not reach the collector.");
        Assert.True(sent.ToArray().AsSpan().IndexOf("/v1/questions"u8) >= 0);
    }
}
