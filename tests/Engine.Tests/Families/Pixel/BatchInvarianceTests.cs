using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>A value is the same bits alone and in a batch, run by one thread (whole batches) and by several (row by row).</summary>
public sealed class BatchInvarianceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Features_do_not_depend_on_the_batch(int threads)
    {
        using var model = Load(threads);
        var pictures = Enumerable.Range(0, 4).Select(seed => model.Encoder.Prepare(ModelFixture.Scene(seed))).ToArray();
        var alone = pictures.Select(p => model.Encoder.Encode([p])[0]).ToArray();
        for (var size = 2; size <= pictures.Length; size++)
        {
            AssertSame(alone, model.Encoder.Encode(pictures[..size]));
        }

        AssertAllDiffer(alone);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_prefix_does_not_depend_on_the_batch(int threads)
    {
        using var model = Load(threads);
        var (first, size) = Features(model, 1);
        var (second, otherSize) = Features(model, 2);
        RegionReading[] readings =
        [
            new(first, ModelFixture.Whole(size)),
            new(first, ModelFixture.Prompt(size, Region.OfBox(5, 5, 40, 50))),
            new(second, ModelFixture.Prompt(otherSize, Region.OfPoint(20, 30), Region.OfBox(1, 2, 33, 44))),
            new(second, ModelFixture.Whole(otherSize)),
            new(first, ModelFixture.Prompt(size, new Region { Polygon = [new(9, 9), new(50, 9), new(30, 44)] })),
            new(second, ModelFixture.Prompt(otherSize, new Region { Points = [new(9, 9), new(50, 9)], Labels = [1, 0] })),
        ];
        var alone = readings.Select(r => model.RegionReader.Read([r])[0]).ToArray();
        for (var count = 2; count <= readings.Length; count++)
        {
            AssertSame(alone, model.RegionReader.Read(readings[..count]));
        }

        AssertAllDiffer(alone);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Features_do_not_depend_on_what_is_encoded_beside(int threads)
    {
        using var model = Load(threads);
        Assert.Equal(threads, model.Encoder.Workers);
        var pictures = Enumerable.Range(0, 4).Select(seed => model.Encoder.Prepare(ModelFixture.Scene(seed))).ToArray();
        var alone = pictures.Select(p => model.Encoder.Encode([p])[0]).ToArray();
        for (var round = 0; round < 5; round++)
        {
            using var start = new Barrier(threads);
            var beside = await Task.WhenAll(Enumerable.Range(0, threads).Select(worker => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return pictures.Select(p => model.Encoder.Encode([p])[0]).ToArray();
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Array.ForEach(beside, values => AssertSame(alone, values));
        }
    }

    [Fact]
    public async Task A_prefix_does_not_depend_on_what_is_read_beside()
    {
        using var model = Load(threads: 3);
        var (features, size) = Features(model, 1);
        RegionReading[] readings =
            [
                .. Enumerable.Range(0, 12)
                    .Select(i => new RegionReading(features, ModelFixture.Prompt(size, Region.OfBox(i, 5, 40 + i, 50)))),
            ];
        var alone = readings.Select(r => model.RegionReader.Read([r])[0]).ToArray();
        using var start = new Barrier(model.RegionReader.Workers);
        var beside = await Task.WhenAll(Enumerable.Range(0, model.RegionReader.Workers).Select(worker => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return readings.Skip(worker).Concat(readings.Take(worker)).Select(r => model.RegionReader.Read([r])[0]).ToArray();
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        for (var worker = 0; worker < beside.Length; worker++)
        {
            AssertSame([.. alone.Skip(worker), .. alone.Take(worker)], beside[worker]);
        }
    }

    private static ILocalizedModel Load(int threads) => ShippedModels.Load(
        TestBundle.Folder,
        new DeviceOptions
        {
            Device = "cpu",
            EncodeThreads = threads,
            RegionThreads = threads,
            EncodeBatch = 4,
            RegionBatch = 6,
            DecodeSlots = 1,
        });

    private static (StageValue Features, ImageSize Size) Features(ILocalizedModel model, int seed)
    {
        using var picture = model.Encoder.Prepare(ModelFixture.Scene(seed));
        return (model.Encoder.Encode([picture])[0], picture.Size);
    }

    private static void AssertSame(StageValue[] alone, IReadOnlyList<StageValue> together)
    {
        for (var i = 0; i < together.Count; i++)
        {
            ModelFixture.AssertSameBits(alone[i], together[i]);
        }
    }

    private static void AssertAllDiffer(StageValue[] values) =>
        Assert.Equal(values.Length, values.Select(v => Convert.ToHexString(v.ToBlob().Data.Span)).Distinct().Count());
}
