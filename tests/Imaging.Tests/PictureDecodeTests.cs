using Loupe.Imaging.Tests.Files;

namespace Loupe.Imaging.Tests;

public sealed class PictureDecodeTests
{
    [Theory]
    [InlineData(PictureType.Jpeg)]
    [InlineData(PictureType.Png)]
    [InlineData(PictureType.WebP)]
    public void Every_type_gives_its_pixels(PictureType type)
    {
        var raster = Picture.Decode(Pictures.Quarters(64, 32).Encode(type));

        Assert.Equal((64, 32), (raster.Width, raster.Height));
        Pictures.AssertNear(Pictures.Red, raster[8, 8]);
        Pictures.AssertNear(Pictures.Green, raster[56, 8]);
        Pictures.AssertNear(Pictures.Blue, raster[8, 24]);
        Pictures.AssertNear(Pictures.Yellow, raster[56, 24]);
    }

    [Fact]
    public void Png_is_exact()
    {
        var noise = Pictures.Noise(33, 17);

        Assert.Equal(noise.Rgb, Picture.Decode(noise.Encode()).Rgb);
    }

    [Fact]
    public void A_picture_held_sideways_is_stood_upright()
    {
        // Orientation 6: the camera's top is the picture's right, so what was bottom left comes to the top left.
        var jpeg = JpegFile.WithOrientation(Pictures.Quarters(64, 32).Encode(PictureType.Jpeg), 6);

        var raster = Picture.Decode(jpeg);

        Assert.Equal((32, 64), (raster.Width, raster.Height));
        Pictures.AssertNear(Pictures.Blue, raster[8, 16]);
        Pictures.AssertNear(Pictures.Red, raster[24, 16]);
        Pictures.AssertNear(Pictures.Yellow, raster[8, 48]);
    }

    [Fact]
    public void What_is_transparent_becomes_white()
    {
        var clear = Picture.Decode(PngFile.Filled(9, 9, PngFile.Rgba, 8, 200, 0, 0, 0));
        var half = Picture.Decode(PngFile.Filled(9, 9, PngFile.Rgba, 8, 200, 0, 0, 128));

        Assert.Equal((255, 255, 255), clear[4, 4]);
        Pictures.AssertNear((227, 127, 127), half[4, 4], 2);
    }

    [Fact]
    public void Grey_and_sixteen_bits_become_eight_bit_colour()
    {
        Pictures.AssertNear((90, 90, 90), Picture.Decode(PngFile.Filled(9, 9, PngFile.Grey, 8, 90))[4, 4], 1);
        Pictures.AssertNear((200, 100, 50), Picture.Decode(PngFile.Filled(9, 9, PngFile.Rgb, 16, 200, 0, 100, 0, 50, 0))[4, 4], 1);
        Pictures.AssertNear((128, 128, 128), Picture.Decode(PngFile.Filled(9, 9, PngFile.Grey, 16, 128, 0))[4, 4], 1);
    }

    [Fact]
    public void Inks_become_colours()
    {
        var raster = Picture.Decode(JpegFile.Cmyk(Pictures.Quarters(64, 32)));

        // Print cannot show every colour of a screen, so only the hue is held to.
        Assert.True(raster[8, 8].R > 150 && raster[8, 8].G < 110 && raster[8, 8].B < 110, $"{raster[8, 8]}");
        Assert.True(raster[8, 24].B > 100 && raster[8, 24].R < 110, $"{raster[8, 24]}");
    }

    [Theory]
    [InlineData(PictureType.Jpeg)]
    [InlineData(PictureType.Png)]
    [InlineData(PictureType.WebP)]
    public void A_file_cut_anywhere_is_refused(PictureType type)
    {
        var file = Pictures.Noise(120, 90).Encode(type);

        for (var twentieth = 0; twentieth < 20; twentieth++)
        {
            var cut = file[..(file.Length * twentieth / 20)];
            var refused = Assert.Throws<PictureException>(() => Picture.Decode(cut));
            Assert.True(refused.Fault is PictureFault.Truncated or PictureFault.NotAPicture);
            Assert.Throws<PictureException>(() => Picture.Letterbox(cut, 16, default, new byte[16 * 16 * 3]));
            Assert.Throws<PictureException>(() => Picture.Verify(cut));
        }
    }

    [Fact]
    public void Damage_never_does_more_than_refuse_the_file()
    {
        var random = new Random(7);
        foreach (var type in Enum.GetValues<PictureType>())
        {
            var whole = Pictures.Noise(40, 30).Encode(type);
            for (var i = 0; i < 200; i++)
            {
                var file = (byte[])whole.Clone();
                for (var n = random.Next(1, 6); n > 0; n--)
                {
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                }

                // Whether it is refused depends on where the damage fell; but what is taken in can be read.
                Assert.Equal(IsRefused(() => Picture.Decode(file)), IsRefused(() => Picture.Verify(file)));
            }
        }
    }

    [Fact]
    public void Many_threads_decode_alike()
    {
        var file = Pictures.Noise(200, 150).Encode(PictureType.WebP);
        var expected = Picture.Decode(file).Rgb;

        Parallel.For(0, 64, _ => Assert.Equal(expected, Picture.Decode(file).Rgb));
    }

    private static bool IsRefused(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (PictureException)
        {
            return true;
        }
    }
}
