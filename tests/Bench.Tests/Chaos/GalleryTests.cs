using Loupe.Bench.Chaos;

namespace Loupe.Bench.Tests.Chaos;

public sealed class GalleryTests
{
    private static readonly Picture First = new("first", []);
    private static readonly Picture Second = new("second", []);

    [Fact]
    public void Pictures_are_given_out_when_it_is_their_time()
    {
        var gallery = new Gallery([First, Second], every: 10);

        Assert.Equal(First, gallery.Next(0));
        Assert.Null(gallery.Next(9));
        Assert.Equal(Second, gallery.Next(10));
        Assert.Null(gallery.Next(1000));
    }

    [Fact]
    public void Only_what_was_uploaded_is_asked_about()
    {
        var gallery = new Gallery([First, Second], every: 0);
        Assert.Null(gallery.Any(new Random(1)));
        gallery.Hang(First);
        Assert.All(Enumerable.Range(0, 20), seed => Assert.Equal("first", gallery.Any(new Random(seed))));
    }

    [Fact]
    public void A_picture_whose_upload_failed_is_given_out_again()
    {
        var gallery = new Gallery([First], every: 10);
        gallery.PutBack(gallery.Next(0)!);
        Assert.Equal(First, gallery.Next(0));
    }
}
