namespace Loupe.Tests.Geometry;

public sealed class RunLengthsTests
{
    // 2 high, 3 wide:  . # #     by columns: . .  # .  # #
    //                  . . #     runs: 2 zeros, 1 one, 1 zero, 2 ones.
    [Fact]
    public void Runs_go_down_the_columns_and_start_with_zeros()
    {
        bool[] pixels = [false, true, true, false, false, true];
        Assert.Equal([2, 1, 1, 2], RunLengths.Encode(pixels, 2, 3));
        Assert.Equal(pixels, RunLengths.Decode([2, 1, 1, 2], 2, 3));
    }

    [Fact]
    public void A_mask_that_starts_with_a_one_has_an_empty_first_run() =>
        Assert.Equal([0, 1, 1], RunLengths.Encode([true, false], 2, 1));

    // 40 = 1·32 + 8: 8 with the continue bit, 8 + 32 + 48 = 88 'X', then 1 + 48 = '1'. 3 and 5 are '3' and '5'.
    // The fourth is told less the second: 33 – 3 = 30, whose bit 16 would read as a sign: 30 + 32 + 48 = 110 'n', then '0'.
    // 10 is ':' (58). 20 has bit 16: 20 + 32 + 48 = 100 'd', then '0'. The fourth, 2 – 20 = –18: low five bits 14,
    // 14 + 32 + 48 = 94 '^'; the rest is –1: 31 + 48 = 79 'O'.
    [Theory]
    [InlineData(new long[] { 2, 1, 1 }, "211")]
    [InlineData(new long[] { 40, 3, 5, 33 }, "X135n0")]
    [InlineData(new long[] { 10, 20, 5, 2 }, ":d05^O")]
    public void Counts_are_compressed_as_coco_does(long[] runs, string counts)
    {
        Assert.Equal(counts, RunLengths.Compress(runs));
        Assert.Equal(runs, RunLengths.Expand(counts));
    }

    [Fact]
    public void Any_mask_comes_back_as_it_was()
    {
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var (height, width) = (random.Next(1, 90), random.Next(1, 90));
            var density = random.NextDouble();
            var pixels = Enumerable.Range(0, height * width).Select(_ => random.NextDouble() < density).ToArray();
            var counts = RunLengths.Compress(RunLengths.Encode(pixels, height, width));
            Assert.Equal(pixels, RunLengths.Decode(RunLengths.Expand(counts), height, width));
        }
    }

    [Theory]
    [InlineData("X")]
    [InlineData("2 1")]
    public void What_is_no_run_length_string_is_refused(string counts) =>
        Assert.Throws<FormatException>(() => RunLengths.Expand(counts));

    [Fact]
    public void Runs_must_cover_the_picture() => Assert.Throws<FormatException>(() => RunLengths.Decode([2, 1], 2, 2));
}
