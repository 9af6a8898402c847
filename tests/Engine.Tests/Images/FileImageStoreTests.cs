using Loupe.Engine.Images;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Images;

public sealed class FileImageStoreTests : ImageStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_an_interrupted_upload_left_behind_is_swept_and_is_not_an_image()
    {
        var store = Open();
        var whole = (await store.AddAsync("t", "whole"u8.ToArray(), default)).Image.Id;
        var file = Directory.EnumerateFiles(_folder.Path, whole, SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file + ".1234.part", "half of an uploa");
        File.SetLastWriteTimeUtc(file + ".1234.part", DateTime.UtcNow.AddMinutes(-2));
        await File.WriteAllTextAsync(file + ".5678.part", "an upload of another si");
        // Bytes without a description: the process died between the two renames.
        var torn = new string('a', 64);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, torn), "bytes");

        var next = Open();
        Assert.EndsWith(
            ".5678.part", Assert.Single(Directory.EnumerateFiles(_folder.Path, "*.part", SearchOption.AllDirectories)),
            StringComparison.Ordinal);
        Assert.Null(await next.DescribeAsync(new ImageKey("t", torn), default));
        Assert.NotNull(await next.ReadAsync(new ImageKey("t", whole), default));
    }

    [Fact]
    public async Task A_damaged_file_is_reported_and_an_upload_heals_it()
    {
        var store = Open();
        var key = new ImageKey("t", (await store.AddAsync("t", "picture"u8.ToArray(), default)).Image.Id);
        var file = Directory.EnumerateFiles(_folder.Path, key.Id, SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "pictura");

        Assert.Equal(
            ProblemKind.Unprocessable, (await Assert.ThrowsAsync<LocalizerException>(() => store.ReadAsync(key, default))).Problem.Kind);
        await store.AddAsync("t", "picture"u8.ToArray(), default);
        Assert.Equal("picture"u8.ToArray(), (await store.ReadAsync(key, default))!.Bytes.ToArray());
    }

    [Fact]
    public async Task What_another_process_removes_and_brings_back_is_seen_at_once()
    {
        var (mine, theirs) = (Open(), Open());
        var added = (await mine.AddAsync("t", "picture"u8.ToArray(), default)).Image;
        var key = new ImageKey("t", added.Id);
        Assert.Equal(added, await mine.DescribeAsync(key, default));
        Assert.Same(await mine.DescribeAsync(key, default), await mine.DescribeAsync(key, default));

        Assert.True(await theirs.RemoveAsync(key, default));
        Assert.Null(await mine.DescribeAsync(key, default));
        var again = (await theirs.AddAsync("t", "picture"u8.ToArray(), default)).Image;
        Assert.Equal(again, await mine.DescribeAsync(key, default));
    }

    protected override IImageStore OpenStore() => Open();

    protected override Task<bool> IsEmptyAsync() =>
        Task.FromResult(!Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Any());

    private FileImageStore Open() => new(_folder.Path, new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance);
}
