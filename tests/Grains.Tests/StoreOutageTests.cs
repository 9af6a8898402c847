using Loupe.Engine.Images;
using Loupe.Grains.Tests.Clusters;

namespace Loupe.Grains.Tests;

/// <summary>What is kept of an image while the store of its bytes cannot be asked.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    private const string Tenant = "t";
    private Outage _images = null!;
    private ToyCluster _cluster = null!;

    private long KeptBytes => _cluster.Engine(_cluster.Silos[0]).Store.Bytes;

    public async ValueTask InitializeAsync() =>
        _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions { Images = store => _images = new Outage(store) });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_computed_stays_where_nobody_can_tell_whether_the_image_does(int described)
    {
        var image = await UploadAsync();
        _images.DescriptionsLeft = described;
        var refusal = await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(image));
        Assert.Equal(ProblemKind.Unavailable, refusal.Problem.Kind);
        Assert.Equal(0, KeptBytes);

        _images.DescriptionsLeft = int.MaxValue;
        Assert.Equal(MemoReuse.Miss, (await AskAsync(image)).Reuse.Answer);
        Assert.Equal(MemoReuse.Hit, (await AskAsync(image)).Reuse.Answer);
    }

    [Fact]
    public async Task Forgetting_in_an_outage_is_refused_and_forgets_what_is_in_memory()
    {
        var image = await UploadAsync();
        await AskAsync(image);
        _images.DescriptionsLeft = 0;
        var refusal = await Assert.ThrowsAsync<LocalizerException>(
            () => _cluster.First.ForgetImageAsync(new ImageKey(Tenant, image), default));
        Assert.Equal(ProblemKind.Unavailable, refusal.Problem.Kind);
        Assert.Equal(0, KeptBytes);
    }

    private async Task<string> UploadAsync() => (await _cluster.First.AddImageAsync(Tenant, "picture"u8.ToArray(), default)).Image.Id;

    private async Task<Answer> AskAsync(string image)
    {
        Answer? answer = null;
        await foreach (
            var part in _cluster.First.AskAsync(
                Tenant, new Question { Image = new ImageReference { Id = image }, Task = VisionTask.Caption }, default))
        {
            answer = part is DonePart done ? done.Answer : answer;
        }

        return answer!;
    }

    private sealed class Outage(IImageStore inner) : IImageStore
    {
        private int _left = int.MaxValue;

        /// <summary>After so many it is away.</summary>
        public int DescriptionsLeft
        {
            set => _left = value;
        }

        public Task<StoredImage> AddAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
            inner.AddAsync(tenant, bytes, cancellation);

        public Task<ImageDescription?> DescribeAsync(ImageKey key, CancellationToken cancellation) =>
            Interlocked.Decrement(ref _left) < 0 ? throw Away() : inner.DescribeAsync(key, cancellation);

        public Task<ImageContent?> ReadAsync(ImageKey key, CancellationToken cancellation) => inner.ReadAsync(key, cancellation);

        public Task<bool> RemoveAsync(ImageKey key, CancellationToken cancellation) => throw Away();

        private static LocalizerException Away() => LocalizerException.Of(ProblemKind.Unavailable, "away", TimeSpan.FromSeconds(1));
    }
}
