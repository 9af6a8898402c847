using System.Diagnostics;
using Loupe.Grains.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Loupe.Bench.Hops;

/// <summary>
/// What a word of a stream costs on its way between two processes, to bytes and back: as the contract travels, which is JSON, and
/// as a record would whose code Orleans generated.
/// </summary>
internal static class WireCost
{
    private const int Together = 100;

    public static IEnumerable<HopSample> Measure(int calls)
    {
        using var services = new ServiceCollection().AddSerializer().AddLoupeSerialization().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        AnswerPart part = new WordPart(
            7,
            new Word { Text = "sunflower", Box = new Box(12.25, 40.5, 88.75, 130), Point = new Point(50.5, 85.25), Confidence = 0.9725 });
        var twin = new WireWord(7, "sunflower", [12.25, 40.5, 88.75, 130], [50.5, 85.25], 0.9725);
        yield return Time("a word of a stream to bytes and back, as JSON", serializer, part, calls);
        yield return Time("the same by generated code", serializer, twin, calls);
    }

    private static HopSample Time<T>(string name, Serializer serializer, T value, int calls)
    {
        var times = new List<double>(calls);
        for (var call = -calls / 4; call < calls; call++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Together; i++)
            {
                _ = serializer.Deserialize<T>(serializer.SerializeToArray(value));
            }

            if (call >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Together);
            }
        }

        return new HopSample(name, times, 0);
    }
}

/// <summary>A word as generated code would write it.</summary>
[GenerateSerializer, Immutable]
internal sealed record WireWord(
    [property: Id(0)] int Index, [property: Id(1)] string Text, [property: Id(2)] double[] Box, [property: Id(3)] double[] Point,
    [property: Id(4)] double Confidence);
