using Loupe.Engine.Decoding;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Families.Pixel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Decoding;

/// <summary>What the decode thread allocates between one step of the shipped model and the next.</summary>
public sealed class DecodeAllocationTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private const int Tokens = 40;

    // A word with its place and confidence, the part that it is sent in, and its share of the lists that both are kept in.
    private const int WordBytes = 400;

    [Fact]
    public async Task A_step_allocates_nothing()
    {
        var steps = await StepsAsync(() => new Mute(Tokens));

        Assert.Equal(Tokens, steps.Length + 1);
        Assert.All(steps, bytes => Assert.Equal(0, bytes));
    }

    [Fact]
    public async Task A_step_that_says_a_word_allocates_the_word()
    {
        var question = new CanonicalQuestion(VisionTask.Narrate, ModelFixture.Whole(new ImageSize(160, 120)).Regions, "", Tokens);
        var steps = await StepsAsync(() => fixture.Model.Generations.Create(question));

        Assert.NotEmpty(steps);
        Assert.InRange(steps.Average(), 1, WordBytes);
    }

    /// <summary>Bytes allocated on the decode thread from the beginning of each step to that of the next.</summary>
    private async Task<long[]> StepsAsync(Func<Generation> generation)
    {
        using var metrics = new EngineMetrics();
        using var store = new FeatureStore(10_000_000, metrics);
        var decoder = new MeteredDecoder(fixture.Model.Decoder);
        using var loop = new DecodeLoop(
            decoder, fixture.Model.Generations.Vocabulary, joinsPerStep: 2, StepHold.Never, new BusyMeter(TimeProvider.System), metrics,
            TimeProvider.System, NullLogger<DecodeLoop>.Instance);

        // The first sequence makes what later ones find: bindings for each number of rows, lists grown to their size.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            decoder.Begin();
            using var features = fixture.Features(3, out var size);
            var prefix = fixture.Model.RegionReader.Read([new RegionReading(features, ModelFixture.Whole(size))])[0];
            await loop.Start(
                generation(), store.Pass(new ValueKey(default, StageName.Region, "x"), prefix), Priority.Interactive, _ => { },
                default).Outcome;
        }

        return decoder.Allocated();
    }

    /// <summary>Reads so many tokens and says nothing.</summary>
    private sealed class Mute(int tokens) : SingleGeneration
    {
        private readonly int[] _prompt = [3, 4];

        public override ReadOnlyMemory<int> Prompt => _prompt;

        public override int MaxNewTokens => tokens;

        public override int Advance(StepOutputs outputs, IList<AnswerPart> parts) => 5;

        public override Utterance Finish() => new() { Text = "" };
    }

    /// <summary>Notes at each step what its thread has allocated so far.</summary>
    private sealed class MeteredDecoder(IDecoder decoder) : IDecoder
    {
        private readonly long[] _at = new long[1024];
        private int _steps;

        public int Slots => decoder.Slots;

        public IReadOnlyList<NamedOutput> Outputs => decoder.Outputs;

        public int MaxLength => decoder.MaxLength;

        public long ArenaBytes => decoder.ArenaBytes;

        public void Begin() => _steps = 0;

        public long[] Allocated() => [.. _at.Take(_steps).Zip(_at.Skip(1).Take(_steps - 1), (before, after) => after - before)];

        public int Load(int slot, StageValue prefix) => decoder.Load(slot, prefix);

        public void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs) =>
            decoder.Prefill(slot, tokens, past, outputs);

        public void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
        {
            _at[_steps++] = GC.GetAllocatedBytesForCurrentThread();
            decoder.Step(rows, outputs);
        }

        public void Copy(int from, int to, int length) => decoder.Copy(from, to, length);

        public void Free(int slot) => decoder.Free(slot);
    }
}
