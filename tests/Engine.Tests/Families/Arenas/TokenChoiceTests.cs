using Loupe.Engine.Families.Arenas;

namespace Loupe.Engine.Tests.Families.Arenas;

public sealed class TokenChoiceTests
{
    [Theory]
    [InlineData(0, 1f)]
    [InlineData(2, 1f, 2f, 5f, 5f, 3f)]
    [InlineData(1, float.NaN, -3f, float.NaN)]
    public void The_first_of_the_largest_is_best(int expected, params float[] logits) => Assert.Equal(expected, TokenChoice.Best(logits));

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(868)]
    public void Probabilities_are_a_softmax(int count)
    {
        var random = new Random(3);
        var logits = Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 20) - 10).ToArray();
        var total = logits.Sum(l => Math.Exp(l));

        for (var i = 0; i < count; i++)
        {
            var expected = Math.Exp(logits[i]) / total;
            Assert.Equal(expected, TokenChoice.Probability(logits, i), expected * 1e-4);
        }
    }

    [Fact]
    public void Extremes_stay_between_0_and_1()
    {
        Assert.Equal(0, TokenChoice.Probability([1000, -1000], 1));
        Assert.Equal(1, TokenChoice.Probability([1000, -1000], 0));
        Assert.Equal(0, TokenChoice.Probability([float.NaN, 1], 1));
    }
}
