using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Loupe.Client.Calls;

/// <summary>Reads the parts of an answer from server-sent events.</summary>
internal static class EventStream
{
    public const string MediaType = "text/event-stream";

    /// <exception cref="LoupeException">The answer failed on its way.</exception>
    /// <exception cref="IOException">The stream ended before the answer did.</exception>
    public static async IAsyncEnumerable<AnswerPart> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = SseParser.Create(body, (_, data) => Encoding.UTF8.GetString(data));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            switch (item.EventType)
            {
                case "word":
                    yield return new WordPart(IndexOf(item), Parse(item, LoupeJson.Default.Word));
                    break;
                case "region":
                    yield return new RegionPart(IndexOf(item), Parse(item, LoupeJson.Default.FoundRegion));
                    break;
                case "done":
                    yield return new DonePart(Parse(item, LoupeJson.Default.Answer));
                    yield break;
                case "error":
                    throw ProblemReader.Read(item.Data, (int)ProblemKind.Internal);
            }
        }

        throw new IOException("The stream ended before the answer did.");
    }

    private static int IndexOf(SseItem<string> item) =>
        int.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new JsonException($"an event '{item.EventType}' whose id is no index: '{item.EventId}'");

    private static T Parse<T>(SseItem<string> item, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(item.Data, type) ?? throw new JsonException($"an event '{item.EventType}' without data");
}
