using Loupe.Engine.Images;

namespace Loupe.Engine.Tests.Images;

/// <summary>What every image store does. One that is opened again finds what was stored.</summary>
public abstract class ImageStoreContract
{
    [Fact]
    public async Task What_was_stored_is_there_for_the_next_process()
    {
        var stored = await OpenStore().AddAsync("tenant", "picture"u8.ToArray(), default);
        Assert.True(stored.Created);

        var next = OpenStore();
        var key = new ImageKey("tenant", stored.Image.Id);
        Assert.Equal(stored.Image, await next.DescribeAsync(key, default));
        Assert.Equal("picture"u8.ToArray(), (await next.ReadAsync(key, default))!.Bytes.ToArray());
        Assert.False((await next.AddAsync("tenant", "picture"u8.ToArray(), default)).Created);
    }

    [Fact]
    public async Task Tenants_do_not_see_each_others_images()
    {
        var store = OpenStore();
        var id = (await store.AddAsync("a", "picture"u8.ToArray(), default)).Image.Id;
        Assert.Null(await store.DescribeAsync(new ImageKey("b", id), default));
        Assert.Null(await store.ReadAsync(new ImageKey("b", id), default));
        Assert.False(await store.RemoveAsync(new ImageKey("b", id), default));
        Assert.True((await store.AddAsync("b", "picture"u8.ToArray(), default)).Created);
        Assert.True(await store.RemoveAsync(new ImageKey("a", id), default));
        Assert.NotNull(await store.ReadAsync(new ImageKey("b", id), default));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCD")]
    public async Task An_id_that_is_none_finds_nothing(string id)
    {
        Assert.Null(await OpenStore().DescribeAsync(new ImageKey("../..", id), default));
        Assert.False(await OpenStore().RemoveAsync(new ImageKey("../..", id), default));
    }

    [Fact]
    public async Task What_is_no_picture_is_not_stored()
    {
        await Assert.ThrowsAsync<LocalizerException>(() => OpenStore().AddAsync("t", "bad file"u8.ToArray(), default));
        Assert.True(await IsEmptyAsync());
    }

    [Fact]
    public async Task One_image_uploaded_by_many_at_once_is_one_image()
    {
        var store = OpenStore();
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.AddAsync("t", "same"u8.ToArray(), default)));
        Assert.Single(all.Select(stored => stored.Image.Id).Distinct());
        Assert.Equal("same"u8.ToArray(), (await store.ReadAsync(new ImageKey("t", all[0].Image.Id), default))!.Bytes.ToArray());
    }

    [Fact]
    public async Task What_was_removed_is_gone_and_can_be_stored_again()
    {
        var store = OpenStore();
        var key = new ImageKey("t", (await store.AddAsync("t", "picture"u8.ToArray(), default)).Image.Id);
        Assert.True(await store.RemoveAsync(key, default));
        Assert.Null(await store.DescribeAsync(key, default));
        Assert.Null(await store.ReadAsync(key, default));
        Assert.False(await store.RemoveAsync(key, default));
        Assert.True(await IsEmptyAsync());
        Assert.True((await store.AddAsync("t", "picture"u8.ToArray(), default)).Created);
    }

    protected abstract IImageStore OpenStore();

    /// <summary>Whether nothing at all is stored.</summary>
    protected abstract Task<bool> IsEmptyAsync();
}
