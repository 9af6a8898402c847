using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Grains.Images;

namespace Loupe.Grains.Tests.Images;

public sealed class TransfersTests
{
    private static readonly ValueKey Key = new(
        new ImageKey("tenant", new string('a', 64)), StageName.Encode, "hash of tenant, bundle and image");
    private static readonly TensorBlob Blob = new(TensorType.Float16, [2, 3], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });

    [Fact]
    public void Features_arrive_as_they_were_sent()
    {
        var arrived = Transfers.Unpack(Key, Transfers.Pack(Key, Blob))!;
        Assert.Equal(Blob.Type, arrived.Type);
        Assert.Equal(Blob.Data.ToArray(), arrived.Data.ToArray());
        Assert.Equal(Blob.Shape, arrived.Shape);
    }

    [Fact]
    public void Features_of_another_key_or_damaged_ones_are_not_taken()
    {
        var sent = Transfers.Pack(Key, Blob);
        Assert.Null(Transfers.Unpack(Key with { Hash = "another" }, sent));
        Assert.Null(Transfers.Unpack(Key, sent with { Shape = [3, 2] }));
        Assert.Null(Transfers.Unpack(Key, sent with { Type = 2 }));
        Assert.Null(Transfers.Unpack(Key, sent with { Data = new byte[12] }));
    }
}
