using Loupe.Bench.Output;
using Loupe.Bench.Suite.Scenes;
using Loupe.Imaging;

namespace Loupe.Bench.Tests.Suite.Scenes;

public sealed class SceneBookTests
{
    private static readonly SceneBook Book = SceneBook.Load(BundleFolder.Of(null));

    [Fact]
    public void Every_number_is_another_picture_and_the_same_every_time()
    {
        var again = SceneBook.Load(BundleFolder.Of(null));
        var files = Enumerable.Range(0, 40).Select(number => Book.PictureOf(number)).ToList();
        Assert.Equal(40, files.Select(picture => picture.Id).Distinct().Count());
        Assert.All(Enumerable.Range(0, 40), number => Assert.Equal(files[number].Id, again.PictureOf(number).Id));
    }

    [Fact]
    public void A_picture_is_as_large_as_its_scene_and_things_lie_in_it()
    {
        for (var number = 0; number < 20; number++)
        {
            var (scene, header) = (Book.SceneOf(number), Picture.ReadHeader(Book.PictureOf(number).File));
            Assert.Equal((scene.Width, scene.Height), (header.Width, header.Height));
            var inquirer = new Inquirer(scene, new Random(number));
            Assert.All(inquirer.Regions(50), region => Assert.True(
                region.Box is { } box
                    && box.X0 >= 0
                    && box.Y0 >= 0
                    && box.X1 <= scene.Width
                    && box.Y1 <= scene.Height
                    && box.Width >= 1
                    && box.Height >= 1));
        }
    }

    [Fact]
    public void A_bundle_without_a_demo_is_refused_with_a_sentence()
    {
        var error = Assert.Throws<IOException>(() => SceneBook.Load(Path.GetTempPath()));
        Assert.Contains("scenes.json is missing", error.Message);
    }
}
