using Loupe.Bench.Chaos;

namespace Loupe.Bench.Tests.Chaos;

public sealed class PicturesTests
{
    [Fact]
    public void Every_number_has_a_picture_of_its_own_and_always_the_same()
    {
        var ids = Enumerable.Range(0, 50).Select(number => Pictures.IdOf(Pictures.Png(number))).ToList();

        Assert.Equal(50, ids.Distinct().Count());
        Assert.Equal(ids[7], Pictures.IdOf(Pictures.Png(7)));
    }
}
