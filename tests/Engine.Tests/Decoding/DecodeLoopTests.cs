using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Features;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Decoding;

public sealed class DecodeLoopTests : IDisposable
{
    private readonly EngineMetrics _metrics = new();
    private readonly FeatureStore _store;
    private readonly ToyModel _model = new(slots: 4);
    private readonly DecodeLoop _loop;
    private volatile bool _crowded;

    public DecodeLoopTests()
    {
        _store = new FeatureStore(1_000_000, _metrics);
        _loop = new DecodeLoop(
            _model.Decoder, _model.Generations.Vocabulary, joinsPerStep: 2,
            new StepHold(() => _crowded, TimeSpan.FromSeconds(60), TimeProvider.System), new BusyMeter(TimeProvider.System), _metrics,
            TimeProvider.System, NullLogger<DecodeLoop>.Instance);
    }

    public void Dispose()
    {
        _model.Decoder.Gate.Set();
        _loop.Dispose();
        _store.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Every_schedule_of_joins_leaves_and_cancellations_says_the_words_of_decoding_alone() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Seed, byte Length, byte Words, bool Cancel, bool Bulk)[]>(),
            schedule => Task.Run(() => SaysTheSameAsAloneAsync(schedule)).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Sequences_join_while_others_run()
    {
        var long1 = Start(seed: LongSeed(0), words: 40);
        var long2 = Start(seed: LongSeed(1), words: 40);
        await Task.WhenAll(long1.Outcome, long2.Outcome, Start(seed: 5, words: 3).Outcome, Start(seed: 6, words: 9).Outcome);

        Assert.Contains(_model.Decoder.StepSizes, size => size > 1);
        Assert.Equal(4, _model.Decoder.Loads);
        Assert.Equal(0, _loop.Active);
    }

    [Fact]
    public async Task A_step_of_few_rows_waits_for_those_who_are_about_to_join()
    {
        _crowded = true;
        var first = Start(seed: LongSeed(0), words: 40);
        await WaitUntilAsync(() => _loop.Active == 1);
        var second = Start(seed: LongSeed(1), words: 40);
        await WaitUntilAsync(() => _loop.Active == 2);
        Assert.Empty(_model.Decoder.StepSizes);

        // Nobody is waited for any more; the next to join wakes the loop.
        _crowded = false;
        await Task.WhenAll(first.Outcome, second.Outcome, Start(seed: 5, words: 3).Outcome);

        Assert.InRange(_model.Decoder.StepSizes.First(), 2, 3);
    }

    [Fact]
    public async Task A_cancelled_sequence_leaves_its_slot_before_the_next_step()
    {
        _model.Decoder.Hold();
        using var hangUp = new CancellationTokenSource();
        var leaving = Start(seed: LongSeed(0), words: 40, cancellation: hangUp.Token);
        var staying = Start(seed: LongSeed(1), words: 40);
        await _model.Decoder.Stepping.WaitAsync();
        await WaitUntilAsync(() => _loop.Waiting == 0 || _loop.Active > 0);

        await hangUp.CancelAsync();
        _model.Decoder.Gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Outcome);
        var said = await staying.Outcome;
        Assert.Equal(Expected(LongSeed(1), 40), said.Utterance.Text);
        // At most the step that was running still had it.
        Assert.InRange(_model.Decoder.StepSizes.Count(size => size == 2), 0, 1);
    }

    [Fact]
    public async Task Words_arrive_while_the_sequence_is_running()
    {
        var words = new System.Collections.Concurrent.ConcurrentQueue<AnswerPart>();
        _model.Decoder.HoldAfter = 3;
        var sequence = Start(seed: LongSeed(0), words: 40, emit: words.Enqueue);
        await WaitUntilAsync(() => words.Count >= 2);
        Assert.False(sequence.Outcome.IsCompleted);
        _model.Decoder.Gate.Set();
        Assert.Equal((await sequence.Outcome).Utterance.Words, words.OfType<WordPart>().Select(part => part.Word));
    }

    [Fact]
    public async Task A_sequence_that_becomes_urgent_while_it_waits_joins_before_bulk_ones()
    {
        _model.Decoder.Hold();
        var running = Enumerable.Range(0, 4).Select(i => Start(LongSeed(i), 40)).ToList();
        await _model.Decoder.Stepping.WaitAsync();
        var urgency = new Urgency(Priority.Bulk);
        var bulk = Start(LongSeed(5), 1, urgency: Priority.Bulk);
        var raised = Start(LongSeed(6), 1, urgency: urgency);
        urgency.Raise(Priority.Interactive);
        _model.Decoder.Gate.Set();
        await Task.WhenAll(running.Append(bulk).Append(raised).Select(sequence => sequence.Outcome));

        Assert.True((await raised.Outcome).Queued <= (await bulk.Outcome).Queued);
    }

    [Fact]
    public async Task A_sequence_that_is_cancelled_while_it_waits_counts_no_more()
    {
        _model.Decoder.Hold();
        var running = Enumerable.Range(0, 4).Select(i => Start(LongSeed(i), 40)).ToList();
        await _model.Decoder.Stepping.WaitAsync();
        using var hangUp = new CancellationTokenSource();
        var before = _loop.Waiting;
        var leaving = Start(LongSeed(5), 1, cancellation: hangUp.Token);
        Assert.Equal(before + 1, _loop.Waiting);
        await hangUp.CancelAsync();
        Assert.Equal(before, _loop.Waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Outcome);
        _model.Decoder.Gate.Set();
        await Task.WhenAll(running.Select(sequence => sequence.Outcome));
    }

    [Fact]
    public async Task A_sequence_that_generates_nothing_ends_with_its_prompt()
    {
        var outcome = await Start(seed: 1, words: 0).Outcome;
        Assert.Empty(outcome.Utterance.Words);
        Assert.Empty(_model.Decoder.StepSizes);
    }

    [Fact]
    public async Task A_failed_step_fails_those_in_it_and_the_loop_goes_on()
    {
        _model.Decoder.Fault = new InvalidOperationException("device");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Start(seed: LongSeed(0), words: 40).Outcome);

        Assert.Equal(Expected(LongSeed(1), 40), (await Start(seed: LongSeed(1), words: 40).Outcome).Utterance.Text);
    }

    [Fact]
    public async Task Prefixes_are_given_back_whatever_becomes_of_the_sequence()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var value = new ToyValue(7);
        var sequence = _loop.Start(
            new ToyGeneration([1], 4), _store.Pass(new ValueKey(default, StageName.Region, "x"), value), Priority.Bulk, _ =>
                { }, gone.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sequence.Outcome);
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public async Task Interactive_sequences_join_before_bulk_ones()
    {
        _model.Decoder.Hold();
        var running = Enumerable.Range(0, 4).Select(i => Start(LongSeed(i), 40)).ToList();
        await _model.Decoder.Stepping.WaitAsync();
        var order = new List<string>();
        var bulk = Start(LongSeed(5), 1, urgency: Priority.Bulk);
        var interactive = Start(LongSeed(6), 1);
        var both = Task.WhenAll(Note(bulk, "bulk"), Note(interactive, "interactive"));
        _model.Decoder.Gate.Set();
        await both;
        await Task.WhenAll(running.Select(sequence => sequence.Outcome));

        Assert.True((await interactive.Outcome).Queued <= (await bulk.Outcome).Queued);

        async Task Note(Sequence sequence, string name)
        {
            await sequence.Outcome;
            lock (order)
            {
                order.Add(name);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rows_of_one_generation_go_on_from_whichever_row_it_says(int seed)
    {
        int[][] from = [[0, 0, 0], [2, 0, 0], [1, 1, 2], [2, 1, 0], [0, 2], [1, 1, 0], [0]];
        int[] prompt = [3, 4];
        var branching = new Branching(prompt, from);
        var beside = Start(LongSeed(seed), 40);
        await _loop.Start(
            branching, _store.Pass(new ValueKey(default, StageName.Region, "x"), new ToyValue((ulong)seed)), Priority.Interactive, _ =>
                { }, default).Outcome;
        Assert.Equal(Expected(LongSeed(seed), 40), (await beside.Outcome).Utterance.Text);

        // The same without any slot: each row is a list of the tokens it read.
        List<ulong> states = [prompt.Aggregate((ulong)seed, (state, token) => ToyModel.Mix(state, (ulong)token + 1))];
        var expected = new List<string>();
        for (var step = 0; step < from.Length; step++)
        {
            expected.Add(string.Join(' ', states.Select(state => state % 16)));
            states = [.. from[step].Select((parent, row) => ToyModel.Mix(states[parent], (ulong)Branching.Token(step, row) + 1))];
        }

        Assert.Equal(expected, branching.Seen.Take(from.Length));
        Assert.Equal((0, 0), (_loop.Active, _loop.Waiting));
    }

    [Fact]
    public async Task A_generation_waits_until_there_is_room_for_all_its_rows()
    {
        _model.Decoder.Hold();
        var running = Enumerable.Range(0, 2).Select(i => Start(LongSeed(i), 40)).ToList();
        await _model.Decoder.Stepping.WaitAsync();
        var wide = new Branching([1], [[0, 0, 0]]);
        var search = _loop.Start(
            wide, _store.Pass(new ValueKey(default, StageName.Region, "x"), new ToyValue(9)), Priority.Interactive, _ => { }, default);
        _model.Decoder.Gate.Set();
        await Task.WhenAll(running.Select(sequence => sequence.Outcome));
        await search.Outcome;

        Assert.Equal(2, wide.Seen.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.Start(
            new Branching([1], [[0, 0, 0, 0, 0]]), _store.Pass(new ValueKey(default, StageName.Region, "y"), new ToyValue(9)),
            Priority.Interactive, _ => { }, default));
    }

    /// <summary>Rows that go on as a test wrote down; notes the likeliest token of each row at each step.</summary>
    private sealed class Branching(int[] prompt, int[][] from) : Engine.Models.Generation
    {
        public List<string> Seen { get; } = [];

        public override ReadOnlyMemory<int> Prompt => prompt;

        public override int MaxNewTokens => 50;

        public override int Width => from.Max(rows => rows.Length);

        public static int Token(int step, int row) => ((step * 5) + row) % 16;

        public override int Advance(Engine.Models.StepOutputs outputs, Span<Engine.Models.NextToken> next, IList<AnswerPart> parts)
        {
            List<int> best = [];
            for (var row = 0; row < outputs.Count; row++)
            {
                best.Add(outputs.Logits(row).IndexOf(1f));
            }

            Seen.Add(string.Join(' ', best));
            var step = Seen.Count - 1;
            if (step == from.Length)
            {
                return 0;
            }

            for (var row = 0; row < from[step].Length; row++)
            {
                next[row] = new(from[step][row], Token(step, row));
            }

            return from[step].Length;
        }

        public override Engine.Models.Utterance Finish() => new() { Text = "" };
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }

    private async Task<bool> SaysTheSameAsAloneAsync((byte Seed, byte Length, byte Words, bool Cancel, bool Bulk)[] schedule)
    {
        var asked = new List<(Sequence Sequence, string Expected, bool Cancelled)>();
        foreach (var (seed, length, words, cancel, bulk) in schedule)
        {
            var source = new CancellationTokenSource();
            var sequence = Start(seed, words % 50, length % 5, bulk ? Priority.Bulk : Priority.Interactive, cancellation: source.Token);
            if (cancel)
            {
                await source.CancelAsync();
            }

            asked.Add((sequence, Expected(seed, words % 50, length % 5), cancel));
        }

        foreach (var (sequence, expected, cancelled) in asked)
        {
            try
            {
                if ((await sequence.Outcome).Utterance.Text != expected)
                {
                    return false;
                }
            }
            catch (OperationCanceledException) when (cancelled)
            {
            }
        }

        return _loop is { Active: 0, Waiting: 0 };
    }

    private static int[] Prompt(int length) => [.. Enumerable.Range(1, length + 1)];

    // A seed whose text does not end by itself within 40 words.
    private ulong LongSeed(int skip) => Enumerable.Range(100, 100_000).Select(seed => (ulong)seed)
        .Where(seed => Expected(seed, 40).Split(' ').Length == 40).Skip(skip).First();

    private string Expected(ulong seed, int words, int length = 0) =>
        _model.Generations.Expected(seed, new ToyGeneration(Prompt(length), words));

    private Sequence Start(
        ulong seed, int words, int length = 0, Urgency? urgency = null, Action<AnswerPart>? emit = null,
        CancellationToken cancellation = default) =>
        _loop.Start(
            new ToyGeneration(Prompt(length), words),
            _store.Pass(new ValueKey(default, StageName.Region, $"{seed}"), new ToyValue(seed)),
            urgency ?? Priority.Interactive,
            emit ?? (_ => { }),
            cancellation);
}
