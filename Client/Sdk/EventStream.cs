using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Loupe.Client;

/// <summary>Reads the parts of an answer from server-sent events.</summary>
internal static class EventStream
{
    public static async IAsyncEnumerable<AnswerPart> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var events = SseParser.Create(body, (_, data) => Encoding.UTF8.GetString(data));
        await foreach (var item in events.EnumerateAsync(cancellation))
        {
            var index = int.TryParse(item.EventId, out var id) ? id : 0;
            switch (item.EventType)
            {
                case "word":
                    yield return new WordPart(index, JsonSerializer.Deserialize(item.Data, LoupeJson.Default.Word)!);
                    break;
                case "region":
                    yield return new RegionPart(index, JsonSerializer.Deserialize(item.Data, LoupeJson.Default.FoundRegion)!);
                    break;
                case "done":
                    yield return new DonePart(JsonSerializer.Deserialize(item.Data, LoupeJson.Default.Answer)!);
                    yield break;
                case "error":
                    throw new LoupeException(LoupeException.Read(item.Data, 500));
            }
        }

        throw new IOException("The stream ended before the answer did.");
    }
}
