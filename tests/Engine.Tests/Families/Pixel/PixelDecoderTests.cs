using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelDecoderTests(ModelFixture fixture) : IClassFixture<ModelFixture>, IDisposable
{
    private const int Rows = 6;

    private readonly IDecoder _decoder = fixture.Model.Decoder;
    private readonly TokenOutputs _outputs = new(
        fixture.Model.Decoder.Slots, fixture.Model.Generations.Vocabulary, fixture.Model.Decoder.Outputs);

    public void Dispose()
    {
        for (var slot = 0; slot < _decoder.Slots; slot++)
        {
            _decoder.Free(slot);
        }
    }

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
        _decoder.Prefill(0, tokens, _decoder.Load(0, prefix), _outputs);
        var expected = Snapshot(0);

        var past = _decoder.Load(0, prefix);
        _decoder.Prefill(0, tokens.AsSpan(0, 2), past, _outputs);
        for (var t = 2; t < tokens.Length; t++)
        {
            _decoder.Step([new(0, tokens[t], past + t)], _outputs);
        }

        AssertNear(expected, Snapshot(0));
    }

    [Fact]
    public void Who_is_left_when_another_ends_goes_on_as_it_would_have()
    {
        var prefix = Prefixes()[0];
        var past = Begin(0, prefix, [5, 6, 7]);
        _decoder.Step([new(0, 9, past)], _outputs);
        var expected = Snapshot(0);
        _decoder.Free(0);

        Begin(2, Prefixes()[1], [50, 60, 70, 80]);
        Begin(5, prefix, [5, 6, 7]);
        _decoder.Free(2);
        _decoder.Step([new(5, 9, past)], _outputs);

        Assert.Equal(expected, Snapshot(0));
    }

    [Fact]
    public void A_copy_goes_on_like_its_original_and_apart_from_it()
    {
        var prefix = Prefixes()[0];
        var past = Begin(3, prefix, [5, 6, 7]);
        _decoder.Copy(3, 1, past);
        _decoder.Step([new(1, 9, past), new(3, 12, past)], _outputs);
        var (copy, original) = (Snapshot(0), Snapshot(1));
        Dispose();

        Begin(0, prefix, [5, 6, 7]);
        _decoder.Step([new(0, 9, past)], _outputs);
        Assert.Equal(copy, Snapshot(0));
        Dispose();
        Begin(0, prefix, [5, 6, 7]);
        _decoder.Step([new(0, 12, past)], _outputs);
        Assert.Equal(original, Snapshot(0));
    }

    [Fact]
    public void What_a_slot_held_before_does_not_matter()
    {
        var prefixes = Prefixes();
        var expected = Run([2], prefixes, steps: 4)[0];

        Begin(0, prefixes[3], [.. Enumerable.Range(20, 30)]);
        _decoder.Free(0);

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
        var past = Begin(0, prefixes[0], [3]);
        Begin(1, prefixes[1], [3]);
        Begin(2, prefixes[2], [3]);
        DecodeRow[] rows = [new(0, 1, past), new(1, 2, past), new(2, 3, past)];
        _decoder.Step(rows, _outputs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            _decoder.Step(rows, _outputs);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_slot_can_be_filled_to_its_end_and_no_further()
    {
        var prefix = Prefixes()[0];
        var filled = _decoder.Load(0, prefix);
        _decoder.Prefill(0, new int[_decoder.MaxLength - filled - 1], filled, _outputs);
        _decoder.Step([new(0, 1, _decoder.MaxLength - 1)], _outputs);

        Assert.All(_outputs.Logits(0).ToArray(), logit => Assert.True(float.IsFinite(logit)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([new(0, 1, _decoder.MaxLength)], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Prefill(0, new int[_decoder.MaxLength - filled + 1], filled, _outputs));
    }

    [Fact]
    public void Slots_and_tokens_that_do_not_exist_are_refused()
    {
        var past = Begin(0, Prefixes()[0], [3]);

        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Prefill(_decoder.Slots, [1], past, _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Prefill(0, [], past, _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([new(0, fixture.Model.Generations.Vocabulary, past)], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Step([new(0, -1, past)], _outputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Copy(0, -1, 3));
    }

    [Fact]
    public void A_step_is_over_all_slots_that_hold_a_sequence_and_no_others()
    {
        var past = Begin(0, Prefixes()[0], [3]);
        Begin(1, Prefixes()[0], [3]);

        Assert.Throws<ArgumentException>(() => _decoder.Step([new(0, 1, past)], _outputs));
        Assert.Throws<ArgumentException>(() => _decoder.Step([new(0, 1, past), new(0, 1, past)], _outputs));
        Assert.Throws<ArgumentException>(() => _decoder.Step([new(0, 1, past), new(2, 1, past)], _outputs));
        Assert.Throws<ArgumentException>(() => _decoder.Prefill(2, [1], past, _outputs));
    }

    private int Begin(int slot, StageValue prefix, int[] prompt)
    {
        var past = _decoder.Load(slot, prefix);
        _decoder.Prefill(slot, prompt, past, _outputs);
        return past + prompt.Length;
    }

    /// <summary>Decodes some of the sequences together; gives all outputs of each.</summary>
    private List<float>[] Run(int[] rows, StageValue[] prefixes, int steps)
    {
        var said = rows.Select(_ => new List<float>()).ToArray();
        var past = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            // Prompts of different lengths, so that the rows of a step stand at different positions.
            past[i] = Begin(i, prefixes[rows[i]], [.. Enumerable.Range(3, rows[i] + 1)]);
            said[i].AddRange(Snapshot(0));
        }

        for (var step = 0; step < steps; step++)
        {
            // In another order than the slots', which is nobody's affair.
            DecodeRow[] read = [.. rows.Select((row, i) => new DecodeRow(i, 20 + (7 * row) + step, past[i])).Reverse()];
            _decoder.Step(read, _outputs);
            for (var i = 0; i < rows.Length; i++)
            {
                said[i].AddRange(Snapshot(rows.Length - 1 - i));
                past[i]++;
            }
        }

        Dispose();
        return said;
    }

    private float[] Snapshot(int row) => [.. _outputs.Logits(row), .. _outputs.Named(0, row)];

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
