using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelDecoderTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private const int Rows = 6;

    private readonly IDecoder _decoder = fixture.Model.Decoder;
    private readonly TokenOutputs _outputs = new(fixture.Model.Decoder.Slots, fixture.Model.Generations.Vocabulary);

    [Fact]
    public void A_row_is_the_same_bits_alone_and_in_a_batch()
    {
        var prefixes = Prefixes();
        var alone = Enumerable.Range(0, Rows).Select(row => Run([row], prefixes, steps: 10)[0]).ToArray();

        for (var first = 0; first < Rows; first++)
        {
            int[] rows = [.. Enumerable.Range(first, Rows - first)];
            var together = Run(rows, prefixes, steps: 10);
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.Equal(alone[rows[i]], together[i]);
            }
        }
    }

    [Fact]
    public void Reading_step_by_step_is_reading_at_once()
    {
        var prefix = Prefixes()[0];
        int[] tokens = [5, 17, 31, 8, 44];
        _decoder.Load(0, prefix);
        _decoder.Prefill(0, tokens, _decoder.PrefixLength, _outputs);
        var expected = Snapshot(0);

        _decoder.Load(1, prefix);
        _decoder.Load(0, prefix);
        _decoder.Prefill(0, tokens.AsSpan(0, 2), _decoder.PrefixLength, _outputs);
        for (var t = 2; t < tokens.Length; t++)
        {
            _decoder.Step([tokens[t]], [_decoder.PrefixLength + t], _outputs);
        }

        AssertNear(expected, Snapshot(0));
    }

    [Fact]
    public void A_moved_sequence_goes_on_as_it_would_have()
    {
        var prefix = Prefixes()[0];
        _decoder.Load(0, prefix);
        _decoder.Prefill(0, [5, 6, 7], _decoder.PrefixLength, _outputs);
        _decoder.Step([9], [_decoder.PrefixLength + 3], _outputs);
        var expected = Snapshot(0);

        _decoder.Load(5, prefix);
        _decoder.Prefill(5, [5, 6, 7], _decoder.PrefixLength, _outputs);
        _decoder.Load(0, Prefixes()[1]);
        _decoder.Prefill(0, [50, 60, 70, 80], _decoder.PrefixLength, _outputs);
        _decoder.Move(5, 0, _decoder.PrefixLength + 3);
        _decoder.Step([9], [_decoder.PrefixLength + 3], _outputs);

        Assert.Equal(expected, Snapshot(0));
    }

    [Fact]
    public void What_a_slot_held_before_does_not_matter()
    {
        var prefixes = Prefixes();
        var expected = Run([2], prefixes, steps: 4)[0];

        _decoder.Load(0, prefixes[3]);
        _decoder.Prefill(0, [.. Enumerable.Range(20, 30)], _decoder.PrefixLength, _outputs);

        Assert.Equal(expected, Run([2], prefixes, steps: 4)[0]);
    }

    [Fact]
    public void Another_prefix_is_another_answer()
    {
        var prefixes = Prefixes();

        Assert.NotEqual(Run([0], prefixes, steps: 1)[0], Run([1], prefixes, steps: 1)[0]);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var prefixes = Prefixes();
        Run([0, 1, 2], prefixes, steps: 2);
        int[] tokens = [1, 2, 3];
        int[] past = [.. Enumerable.Repeat(_decoder.PrefixLength + 5, 3)];
        _decoder.Step(tokens, past, _outputs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            _decoder.Step(tokens, past, _outputs);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_slot_can_be_filled_to_its_end_and_no_further()
    {
        var prefix = Prefixes()[0];
        _decoder.Load(0, prefix);
        _decoder.Prefill(0, new int[_decoder.MaxLength - _decoder.PrefixLength - 1], _decoder.PrefixLength, _outputs);
        _decoder.Step([1], [_decoder.MaxLength - 1], _outputs);

        Assert.All(_outputs.Logits(0).ToArray(), logit => Assert.True(float.IsFinite(logit)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([1], [_decoder.MaxLength], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _decoder.Prefill(0, new int[_decoder.MaxLength - _decoder.PrefixLength + 1], _decoder.PrefixLength, _outputs));
    }

    [Fact]
    public void Slots_and_tokens_that_do_not_exist_are_refused()
    {
        var past = _decoder.PrefixLength;

        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Prefill(_decoder.Slots, [1], past, _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Prefill(0, [], past, _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([fixture.Model.Generations.Vocabulary], [past], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([-1], [past], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Move(0, -1, 3));
    }

    /// <summary>Decodes some of the sequences together; gives all outputs of each.</summary>
    private List<float>[] Run(int[] rows, StageValue[] prefixes, int steps)
    {
        var said = rows.Select(_ => new List<float>()).ToArray();
        var past = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            // Prompts of different lengths, so that the rows of a step stand at different positions.
            int[] prompt = [.. Enumerable.Range(3, rows[i] + 1)];
            _decoder.Load(i, prefixes[rows[i]]);
            _decoder.Prefill(i, prompt, _decoder.PrefixLength, _outputs);
            said[i].AddRange(Snapshot(0));
            past[i] = _decoder.PrefixLength + prompt.Length;
        }

        for (var step = 0; step < steps; step++)
        {
            int[] tokens = [.. rows.Select(row => 20 + (7 * row) + step)];
            _decoder.Step(tokens, past, _outputs);
            for (var i = 0; i < rows.Length; i++)
            {
                said[i].AddRange(Snapshot(i));
                past[i]++;
            }
        }

        return said;
    }

    private float[] Snapshot(int row) => [.. _outputs.Logits(row), .. _outputs.Place(row)];

    private StageValue[] Prefixes()
    {
        using var features = fixture.Features(1, out var size);
        return
        [
            .. Enumerable.Range(0, Rows).Select(i => fixture.Model.RegionReader.Read(
                [new(features, ModelFixture.Prompt(size, Region.OfBox(i, i, 20 + (5 * i), 30 + i)))])[0]),
        ];
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-3f);
        }
    }
}
