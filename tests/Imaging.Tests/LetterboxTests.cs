using Loupe.Imaging.Tests.Files;

namespace Loupe.Imaging.Tests;

public sealed class LetterboxTests
{
    private static readonly (byte R, byte G, byte B) Pad = (1, 2, 3);

    [Theory]
    [InlineData(PictureType.Jpeg)]
    [InlineData(PictureType.Png)]
    [InlineData(PictureType.WebP)]
    public void A_wide_picture_fills_the_top(PictureType type)
    {
        var square = Letterbox(Pictures.Quarters(640, 320).Encode(type), 64, out var header);

        Assert.Equal(new PictureHeader(type, 640, 320), header);
        Pictures.AssertNear(Pictures.Red, square[10, 5]);
        Pictures.AssertNear(Pictures.Yellow, square[54, 26]);
        Assert.Equal(Pad, square[0, 32]);
        Assert.Equal(Pad, square[63, 63]);
    }

    [Fact]
    public void A_tall_picture_fills_the_left()
    {
        var square = Letterbox(Pictures.Quarters(100, 400).Encode(), 64, out _);

        Pictures.AssertNear(Pictures.Blue, square[3, 50]);
        Pictures.AssertNear(Pictures.Green, square[12, 10]);
        Assert.Equal(Pad, square[16, 0]);
        Assert.Equal(Pad, square[63, 63]);
    }

    [Fact]
    public void A_picture_of_the_right_size_is_taken_as_it_is()
    {
        var noise = Pictures.Noise(48, 48);

        Assert.Equal(noise.Rgb, Letterbox(noise.Encode(), 48, out _).Rgb);
    }

    [Fact]
    public void A_small_picture_is_enlarged()
    {
        var square = Letterbox(Pictures.Quarters(8, 8).Encode(), 64, out _);

        Pictures.AssertNear(Pictures.Red, square[10, 10]);
        Pictures.AssertNear(Pictures.Yellow, square[54, 54]);
    }

    [Fact]
    public void A_single_pixel_fills_the_square()
    {
        var square = Letterbox(PngFile.Filled(1, 1, PngFile.Rgb, 8, 10, 20, 30), 16, out var header);

        Assert.Equal((1, 1), (header.Width, header.Height));
        Assert.Equal((10, 20, 30), square[0, 0]);
        Assert.Equal((10, 20, 30), square[15, 15]);
    }

    [Theory]
    [InlineData(4000, 1)]
    [InlineData(4000, 3)]
    [InlineData(1, 4000)]
    [InlineData(3, 4000)]
    public void A_thread_of_a_picture_keeps_at_least_a_pixel(int width, int height)
    {
        var square = Letterbox(PngFile.Filled(width, height, PngFile.Rgb, 8, 10, 20, 30), 32, out var header);

        Assert.Equal((width, height), (header.Width, header.Height));
        Pictures.AssertNear((10, 20, 30), square[0, 0], 1);
        Assert.Equal(Pad, square[31, 31]);
    }

    [Fact]
    public void Orientation_alpha_and_depth_are_resolved_as_in_decode()
    {
        var sideways = Letterbox(
            JpegFile.WithOrientation(Pictures.Quarters(640, 320).Encode(PictureType.Jpeg), 6), 64, out var header);
        Assert.Equal((320, 640), (header.Width, header.Height));
        Pictures.AssertNear(Pictures.Blue, sideways[4, 10]);
        Assert.Equal(Pad, sideways[33, 0]);

        Assert.Equal((255, 255, 255), Letterbox(PngFile.Filled(90, 90, PngFile.Rgba, 8, 200, 0, 0, 0), 32, out _)[9, 9]);
        Pictures.AssertNear((200, 100, 50), Letterbox(PngFile.Filled(90, 90, PngFile.Rgb, 16, 200, 0, 100, 0, 50, 0), 32, out _)[9, 9], 1);
        Pictures.AssertNear((90, 90, 90), Letterbox(PngFile.Filled(90, 90, PngFile.Grey, 8, 90), 32, out _)[9, 9], 1);

        var inks = Letterbox(JpegFile.Cmyk(Pictures.Quarters(640, 320)), 64, out _)[10, 5];
        Assert.True(inks.R > 150 && inks.G < 110 && inks.B < 110, $"{inks}");
    }

    [Fact]
    public void A_buffer_of_another_size_is_a_programming_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Letterbox(Pictures.Quarters(8, 8).Encode(), 8, Pad, new byte[5]));
    }

    private static Raster Letterbox(byte[] file, int size, out PictureHeader header)
    {
        var rgb = new byte[size * size * 3];
        header = Picture.Letterbox(file, size, Pad, rgb);
        return new Raster(size, size, rgb);
    }
}
