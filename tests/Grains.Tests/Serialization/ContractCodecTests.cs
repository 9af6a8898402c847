using System.Text.Json;
using Loupe.Grains.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Loupe.Grains.Tests.Serialization;

public sealed class ContractCodecTests
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().AddLoupeSerialization().BuildServiceProvider();

    private static readonly Answer Said = new()
    {
        Id = new string('a', 64),
        Image = new string('b', 64),
        Task = VisionTask.Segment,
        Text = "a dog",
        Rationale = "it barks",
        Words = [new Word { Text = "dog", Point = default, Box = new Box(0, 0, 2.25, 3.5), Confidence = 1.0 / 3 }],
        Regions = [new FoundRegion { Box = new Box(1, 2, 3, 4), Score = 0.1, Mask = new Mask([4, 5], "abc") }],
        Reuse = new Reuse { Features = FeatureReuse.Replica, Prefix = MemoReuse.Hit },
        Timing = new Timing { QueueMs = 0.125, TotalMs = 3 },
        Model = new ModelIdentity("toy", "digest"),
        Finish = Finish.Length,
        Confidence = 0.7,
    };

    public static TheoryData<object> Travelling() =>
    [
        Said,
        new WordPart(3, Said.Words[0]),
        new RegionPart(0, Said.Regions[0]),
        new DonePart(Said),
        new ImageKey("a/tenant", new string('c', 64)),
        new Asked(
            new ImageKey("t", "i"),
            new CanonicalQuestion(
                VisionTask.Answer, new RegionPrompt([Region.OfBox(0.25, 1, 2.75, 3), Region.OfPoint(4, 5)], new ImageSize(7, 8), "7x8|…"),
                "what?", 48),
            Priority.Interactive,
            TimeSpan.FromMilliseconds(1234.5)),
        new Taken(true, FeatureReuse.Miss, 1.5, 2.5, new Taken(true, FeatureReuse.Tier)),
    ];

    [Theory]
    [MemberData(nameof(Travelling))]
    public void What_travels_between_silos_arrives_as_it_was_sent(object sent)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var arrived = serializer.Deserialize<object>(serializer.SerializeToArray<object>(sent));

        Assert.Equal(sent.GetType(), arrived!.GetType());
        Assert.Equal(JsonSerializer.Serialize(sent, sent.GetType()), JsonSerializer.Serialize(arrived, arrived.GetType()));
    }

    [Fact]
    public void Within_a_process_the_same_object_is_passed()
    {
        var copier = _services.GetRequiredService<DeepCopier>();
        Assert.Same(Said, copier.Copy(Said));
    }

    [Fact]
    public void A_hand_is_itself_within_the_process_and_nothing_beyond()
    {
        using var hand = new Grains.Values.LeaseHand();
        var serializer = _services.GetRequiredService<Serializer>();
        Assert.Same(hand, _services.GetRequiredService<DeepCopier>().Copy<Hand>(hand));
        Assert.Null(serializer.Deserialize<Hand>(serializer.SerializeToArray<Hand>(hand)));
    }
}
