using Loupe.Imaging.Tests.Files;

namespace Loupe.Imaging.Tests;

public sealed class PictureHeaderTests
{
    [Theory]
    [InlineData(PictureType.Jpeg, "image/jpeg")]
    [InlineData(PictureType.Png, "image/png")]
    [InlineData(PictureType.WebP, "image/webp")]
    public void Every_type_tells_its_size_and_media_type(PictureType type, string mediaType)
    {
        var header = Picture.ReadHeader(Pictures.Quarters(61, 37).Encode(type));

        Assert.Equal(new PictureHeader(type, 61, 37), header);
        Assert.Equal(mediaType, header.Type.MediaType());
    }

    [Theory]
    [InlineData(1, 60, 40)]
    [InlineData(3, 60, 40)]
    [InlineData(5, 40, 60)]
    [InlineData(6, 40, 60)]
    [InlineData(8, 40, 60)]
    public void Size_is_that_of_the_upright_picture(byte orientation, int width, int height)
    {
        var jpeg = JpegFile.WithOrientation(Pictures.Quarters(60, 40).Encode(PictureType.Jpeg), orientation);

        Assert.Equal(new PictureHeader(PictureType.Jpeg, width, height), Picture.ReadHeader(jpeg));
    }

    [Fact]
    public void A_bomb_is_refused_by_what_it_claims()
    {
        var bomb = PngFile.Claiming(30000, 30000);

        var refused = Assert.Throws<PictureException>(() => Picture.ReadHeader(bomb));

        Assert.Equal(PictureFault.TooManyPixels, refused.Fault);
        Assert.Contains("30000 × 30000", refused.Message);
        Assert.Equal(PictureFault.TooManyPixels, Assert.Throws<PictureException>(() => Picture.Decode(bomb)).Fault);
        Assert.Equal(
            PictureFault.TooManyPixels,
            Assert.Throws<PictureException>(() => Picture.Letterbox(bomb, 8, default, new byte[8 * 8 * 3])).Fault);
    }

    [Fact]
    public void Limits_are_inclusive()
    {
        var png = Pictures.Quarters(10, 10).Encode();

        Assert.Equal(100, Picture.ReadHeader(png, new() { MaxPixels = 100, MaxBytes = png.Length }).Pixels);
        Assert.Equal(
            PictureFault.TooManyPixels,
            Assert.Throws<PictureException>(() => Picture.ReadHeader(png, new() { MaxPixels = 99 })).Fault);
        Assert.Equal(
            PictureFault.TooManyBytes,
            Assert.Throws<PictureException>(() => Picture.ReadHeader(png, new() { MaxBytes = png.Length - 1 })).Fault);
    }

    [Fact]
    public void Other_files_are_not_pictures()
    {
        byte[][] others =
        [
            [], [0], "GIF89a"u8.ToArray(), "%PDF-1.7"u8.ToArray(), "RIFF0000WAVE"u8.ToArray(),
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray(), new byte[1000],
        ];

        Assert.All(others, file =>
            Assert.Equal(PictureFault.NotAPicture, Assert.Throws<PictureException>(() => Picture.ReadHeader(file)).Fault));
    }

    [Fact]
    public void A_signature_alone_is_a_damaged_picture()
    {
        byte[][] stumps =
        [
            [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "RIFF\x10\0\0\0WEBPVP8 "u8.ToArray(),
            [0xFF, 0xD8, 0xFF, .. "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8],
        ];

        Assert.All(stumps, file =>
            Assert.Equal(PictureFault.Truncated, Assert.Throws<PictureException>(() => Picture.ReadHeader(file)).Fault));
    }
}
