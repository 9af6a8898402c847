using Loupe.Command;
using Loupe.Command.Verbs;

namespace Loupe.Client.Tests;

public sealed class RegionArgumentsTests
{
    [Theory]
    [InlineData("--polygon 1,1 5,1 3,4 what", "--polygon|1,1 5,1 3,4|what")]
    [InlineData("--polygon 1,1 5,1 3,4 --point 1,2 7,7", "--polygon|1,1 5,1 3,4|--point|1,2|7,7")]
    [InlineData("--polygon 1,1,5,1,3,4 7,7", "--polygon|1,1,5,1,3,4|7,7")]
    [InlineData("--polygon 1,1 5,1 3,4 --polygon -1,1 5.5,1 3,4 --json", "--polygon|1,1 5,1 3,4|--polygon|-1,1 5.5,1 3,4|--json")]
    [InlineData("a.png 3,4 5,6 --box 1,2,3,4", "a.png|3,4|5,6|--box|1,2,3,4")]
    [InlineData("--polygon", "--polygon")]
    [InlineData("", "")]
    public void Corners_behind_a_polygon_become_one_argument(string arguments, string joined) =>
        Assert.Equal(
            joined.Split('|', StringSplitOptions.RemoveEmptyEntries),
            RegionArguments.Join(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Boxes_points_and_polygons_are_read()
    {
        Assert.Equal(new Box(1, 2, 3.5, 4), RegionArguments.Read("--box", "1,2,3.5,4").Box);
        Assert.Equal(new Box(-1, 2, 3, 4), RegionArguments.Read("--box", " -1, 2, 3, 4 ").Box);
        Assert.Equal([new(1, 2)], RegionArguments.Read("--point", "1,2").Points!);
        Assert.Equal([new(1, 2), new(3, 4), new(5, 6)], RegionArguments.Read("--polygon", "1,2 3,4 5,6").Polygon!);
    }

    [Theory]
    [InlineData("--box", "")]
    [InlineData("--box", "1,2,3")]
    [InlineData("--box", "1,2,3,4,5")]
    [InlineData("--box", "3,2,1,4")]
    [InlineData("--box", "1,4,3,4")]
    [InlineData("--box", "1,2,3,infinity")]
    [InlineData("--point", "1")]
    [InlineData("--point", "1,2,3")]
    [InlineData("--point", "1;2")]
    [InlineData("--polygon", "1,2 3,4")]
    [InlineData("--polygon", "1,2 3,4 5")]
    public void What_is_no_region_is_told_with_the_option(string option, string text) =>
        Assert.Contains(option, Assert.Throws<UsageException>(() => RegionArguments.Read(option, text)).Message, StringComparison.Ordinal);
}
