using Loupe.Imaging.Tests.Files;

namespace Loupe.Imaging.Tests;

public sealed class OverlayTests
{
    [Fact]
    public void A_drawing_covers_what_it_covers()
    {
        var picture = Pictures.Quarters(80, 40).Encode(PictureType.Jpeg);

        var drawn = Picture.Decode(Picture.Overlay(picture, """
            <svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">
              <rect x="0" y="0" width="20" height="20" fill="#000000"/>
              <rect x="60" y="20" width="20" height="20" fill="#ffffff" fill-opacity="0.5"/>
            </svg>
            """));

        Assert.Equal((80, 40), (drawn.Width, drawn.Height));
        Assert.Equal((0, 0, 0), drawn[10, 10]);
        Pictures.AssertNear(Pictures.Green, drawn[70, 8]);
        Pictures.AssertNear((243, 238, 148), drawn[70, 30]);
    }

    [Fact]
    public void The_result_is_a_png_of_the_upright_picture()
    {
        var jpeg = JpegFile.WithOrientation(Pictures.Quarters(60, 40).Encode(PictureType.Jpeg), 8);

        var png = Picture.Overlay(jpeg, """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="60"/>""");

        Assert.Equal(new PictureHeader(PictureType.Png, 40, 60), Picture.ReadHeader(png));
    }

    [Fact]
    public void A_drawing_that_is_not_svg_is_a_programming_error()
    {
        var picture = Pictures.Quarters(8, 8).Encode();

        var refused = Assert.Throws<ArgumentException>(() => Picture.Overlay(picture, "<svg"));

        Assert.Equal("svg", refused.ParamName);
    }
}
