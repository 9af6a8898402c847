using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Features;

public sealed class FileFeatureTierTests : IDisposable
{
    private static readonly EngineMetrics Metrics = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_value_comes_back_bit_for_bit_in_the_next_process()
    {
        var blob = new TensorBlob(TensorType.Float16, [3, 2], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });
        await WriteAsync(Key(1), blob);

        await using var tier = Open();
        var back = await tier.ReadAsync(Key(1), default);
        Assert.Equal(
            (blob.Type, true, true), (back!.Type, blob.Shape.SequenceEqual(back.Shape), blob.Data.Span.SequenceEqual(back.Data.Span)));
        Assert.Null(await tier.ReadAsync(Key(2), default));
        Assert.True(tier.Bytes > 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(-1)]
    public async Task A_damaged_file_is_a_miss_and_is_deleted(int at)
    {
        await WriteAsync(Key(1), new TensorBlob(TensorType.Float32, [1], new byte[4]));
        var file = Assert.Single(Files());
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        await using var tier = Open();
        Assert.Null(await tier.ReadAsync(Key(1), default));
        Assert.Empty(Files());
        Assert.Equal(0, tier.Bytes);
    }

    [Fact]
    public async Task A_file_of_another_key_is_never_taken_for_this_one()
    {
        await WriteAsync(Key(1), new TensorBlob(TensorType.Float32, [1], new byte[4]));
        var file = Assert.Single(Files());
        File.Move(file, Path.Combine(Path.GetDirectoryName(file)!, Key(2).Hash + ".features"));
        await using var tier = Open();
        Assert.Null(await tier.ReadAsync(Key(2), default));
    }

    [Fact]
    public async Task The_folder_stays_within_its_budget()
    {
        await using (var tier = Open(budget: 10_000))
        {
            for (var i = 0; i < 40; i++)
            {
                tier.Offer(Key(i), new TensorBlob(TensorType.Float32, [250], new byte[1_000]));
            }
        }

        Assert.InRange(Files().Sum(file => new FileInfo(file).Length), 1_000, 10_000);
    }

    [Fact]
    public async Task Forgetting_an_image_removes_its_files()
    {
        await WriteAsync(Key(1), new TensorBlob(TensorType.Float32, [1], new byte[4]));
        await using var tier = Open();
        await tier.ForgetAsync(Key(1).Image, default);
        Assert.Empty(Files());
    }

    private static ValueKey Key(int n) => new(
        new ImageKey("t", ContentKey.Of($"{n}")), StageName.Encode, ContentKey.Of("features", $"{n}"));

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Path, "*.features", SearchOption.AllDirectories);

    private async Task WriteAsync(ValueKey key, TensorBlob blob)
    {
        await using var tier = Open();
        tier.Offer(key, blob);
    }

    private FileFeatureTier Open(long budget = 1_000_000) => new(_folder.Path, budget, Metrics, NullLogger<FileFeatureTier>.Instance);
}
