using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Loupe.Silo.Tests.Processes;

/// <summary>A collector of traces: OTLP over HTTP, its protobuf read as far as tests look.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            foreach (var span in Read(body.ToArray()))
            {
                receiver._spans.Enqueue(span);
            }
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The spans of a trace that have come.</summary>
    public IReadOnlyList<Span> Of(string trace) => [.. _spans.Where(span => span.Trace == trace)];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // ExportTraceServiceRequest.resource_spans = 1; ResourceSpans.resource = 1, scope_spans = 2; Resource.attributes = 1;
    // ScopeSpans.spans = 2; Span.trace_id = 1, span_id = 2, parent_span_id = 4, name = 5, attributes = 9.
    private static IEnumerable<Span> Read(byte[] request) =>
        from resource in Fields(request, 1)
        let instance = Fields(resource, 1).SelectMany(one => Attributes(one, 1)).ToDictionary()["service.instance.id"]
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new Span(
            Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)), Encoding.UTF8.GetString(Fields(span, 5).Single()), instance,
            Attributes(span, 9).ToDictionary());

    private static string Hex(IEnumerable<byte[]> field) => Convert.ToHexStringLower(field.SingleOrDefault() ?? []);

    // KeyValue.key = 1, value = 2; AnyValue.string_value = 1. Others are empty here.
    private static IEnumerable<KeyValuePair<string, string>> Attributes(byte[] message, int field) =>
        Fields(message, field).Select(pair => KeyValuePair.Create(
        Encoding.UTF8.GetString(Fields(pair, 1).Single()),
        Encoding.UTF8.GetString(Fields(Fields(pair, 2).Single(), 1).FirstOrDefault() ?? [])));

    /// <summary>The length-delimited fields of a number.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        List<byte[]> found = [];
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            switch (key & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(key >> 3) == number)
                    {
                        found.Add(message[at..(at + length)]);
                    }

                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException("This is no protobuf.");
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>Ids are hexadecimal; a root has no parent. Of the attributes, texts alone have their value.</summary>
    internal sealed record Span(
        string Trace, string Id, string Parent, string Name, string Instance, IReadOnlyDictionary<string, string> Attributes);
}
