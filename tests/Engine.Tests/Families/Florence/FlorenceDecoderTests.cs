using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Florence;

public sealed class FlorenceDecoderTests(FlorenceBundles bundles) : IClassFixture<FlorenceBundles>, IDisposable
{
    private readonly ILocalizedModel _model = FlorenceBundles.Open(bundles.Folder);

    private static readonly string[] Prompts =
        [
            "What does the image describe?", "Locate a red car in the image.", "What is the text in the image?",
            "What is the region <loc_120><loc_75><loc_640><loc_999>?",
        ];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_row_has_the_same_bits_alone_and_beside_others_that_come_and_go()
    {
        var alone = Prompts.Select(prompt => Alone(prompt, 12)).ToList();
        var random = new Random(7);
        var outputs = Outputs();
        var rows = new List<(int Prompt, int Slot, int Past, int Token)>();
        for (var step = 0; step < 60; step++)
        {
            if (rows.Count < _model.Decoder.Slots && (rows.Count == 0 || random.Next(3) == 0))
            {
                var prompt = random.Next(Prompts.Length);
                var slot = Enumerable.Range(0, _model.Decoder.Slots).First(free => rows.All(row => row.Slot != free));
                using (var prefix = Prefix(prompt))
                {
                    _model.Decoder.Load(slot, prefix);
                }

                _model.Decoder.Prefill(slot, [2], 0, outputs);
                Assert.Equal(alone[prompt][0], outputs.Logits(0).ToArray());
                rows.Add((prompt, slot, 1, Best(outputs.Logits(0))));
            }

            _model.Decoder.Step([.. rows.Select(row => new DecodeRow(row.Slot, row.Token, row.Past))], outputs);
            for (var row = 0; row < rows.Count; row++)
            {
                Assert.Equal(alone[rows[row].Prompt][rows[row].Past], outputs.Logits(row).ToArray());
                rows[row] = rows[row] with { Past = rows[row].Past + 1, Token = Best(outputs.Logits(row)) };
            }

            foreach (var gone in rows.Where(row => row.Past == 12 || random.Next(10) == 0).ToList())
            {
                _model.Decoder.Free(gone.Slot);
                rows.Remove(gone);
            }
        }
    }

    [Fact]
    public void A_copy_goes_on_as_the_first_would_have()
    {
        var alone = Alone(Prompts[0], 6);
        var outputs = Outputs();
        using (var prefix = Prefix(0))
        {
            _model.Decoder.Load(3, prefix);
        }

        _model.Decoder.Prefill(3, [2], 0, outputs);
        var token = Best(outputs.Logits(0));
        _model.Decoder.Copy(3, 5, 1);
        _model.Decoder.Free(3);
        _model.Decoder.Step([new DecodeRow(5, token, 1)], outputs);
        Assert.Equal(alone[1], outputs.Logits(0).ToArray());
        _model.Decoder.Free(5);
    }

    [Fact]
    public void A_prefix_is_as_long_as_its_prompt()
    {
        using var few = Prefix(0);
        using var many = Prefix(3);
        Assert.Equal([2, 2, 4, 37 + 8, 16], few.ToBlob().Shape);
        Assert.Equal([2, 2, 4, 37 + 12, 16], many.ToBlob().Shape);
    }

    private List<float[]> Alone(string prompt, int steps)
    {
        var outputs = Outputs();
        using (var prefix = Prefix(Array.IndexOf(Prompts, prompt)))
        {
            _model.Decoder.Load(0, prefix);
        }

        _model.Decoder.Prefill(0, [2], 0, outputs);
        List<float[]> said = [outputs.Logits(0).ToArray()];
        for (var past = 1; past < steps; past++)
        {
            _model.Decoder.Step([new DecodeRow(0, Best(said[^1]), past)], outputs);
            said.Add(outputs.Logits(0).ToArray());
        }

        _model.Decoder.Free(0);
        return said;
    }

    private StageValue Prefix(int prompt)
    {
        using var picture = _model.Encoder.Prepare(File.ReadAllBytes(Path.Combine(TinyFlorence.Folder, "picture-0.png")));
        using var features = _model.Encoder.Encode([picture])[0];
        return _model.RegionReader.Read(
            [new RegionReading(features, new ModelPrompt(new RegionPrompt([], picture.Size, ""), Prompts[prompt]))])[0];
    }

    private TokenOutputs Outputs() => new(_model.Decoder.Slots, _model.Generations.Vocabulary, _model.Decoder.Outputs);

    private static int Best(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
