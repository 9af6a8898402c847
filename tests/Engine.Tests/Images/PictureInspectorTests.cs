using Loupe.Engine.Images;
using Loupe.Imaging;

namespace Loupe.Engine.Tests.Images;

public sealed class PictureInspectorTests
{
    // A PNG of 1×1 red pixel.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");

    private readonly PictureInspector _inspector = new(new PictureLimits { MaxBytes = 1_000, MaxPixels = 100 });

    [Fact]
    public void A_picture_is_described()
    {
        var (mediaType, size) = _inspector.Inspect(Png);
        Assert.Equal(("image/png", 1, 1), (mediaType, size.Width, size.Height));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(50)]
    public void A_truncated_file_is_refused_at_upload(int length) => AssertRefused(ProblemKind.Unprocessable, Png[..length]);

    [Fact]
    public void What_is_no_picture_is_refused() => AssertRefused(ProblemKind.Unprocessable, "<svg/>"u8.ToArray());

    [Fact]
    public void A_file_beyond_the_limit_is_too_large() => AssertRefused(ProblemKind.TooLarge, [.. Png, .. new byte[1_000]]);

    [Fact]
    public void A_picture_that_claims_too_many_pixels_is_refused_by_its_header()
    {
        var bomb = Png.ToArray();
        // Width and height stand behind the signature and the header chunk's name, big-endian.
        (bomb[18], bomb[22]) = (0x75, 0x75);
        AssertRefused(ProblemKind.Unprocessable, bomb);
    }

    private void AssertRefused(ProblemKind kind, byte[] file) =>
        Assert.Equal(kind, Assert.Throws<LocalizerException>(() => _inspector.Inspect(file)).Problem.Kind);
}
