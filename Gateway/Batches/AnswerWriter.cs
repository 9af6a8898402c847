using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Problems;

namespace Loupe.Gateway.Batches;

/// <summary>Writes the answers of a batch, one whole line at a time, each flushed.</summary>
internal sealed class AnswerWriter(PipeWriter body) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Writes an object's own members behind the key and number of its line.</summary>
    public Task WriteAsync<T>(string? key, int number, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        WriteLineAsync(
            json =>
            {
                WriteLabels(json, key, number);
                using var members = JsonSerializer.SerializeToDocument(value, type);
                foreach (var member in members.RootElement.EnumerateObject())
                {
                    member.WriteTo(json);
                }
            },
            cancellationToken);

    /// <summary>Writes a problem behind the key and number of its line.</summary>
    public Task WriteProblemAsync(string? key, int number, ProblemDocument problem, CancellationToken cancellationToken) =>
        WriteLineAsync(
            json =>
            {
                WriteLabels(json, key, number);
                json.WritePropertyName("problem"u8);
                JsonSerializer.Serialize(json, problem, GatewayJson.Default.ProblemDocument);
            },
            cancellationToken);

    public void Dispose() => _turn.Dispose();

    private static void WriteLabels(Utf8JsonWriter json, string? key, int number)
    {
        if (key is not null)
        {
            json.WriteString("key"u8, key);
        }

        json.WriteNumber("line"u8, number);
    }

    private async Task WriteLineAsync(Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await body.WriteAsync(line.WrittenMemory, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }
}
