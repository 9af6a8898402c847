using Loupe.Bench.Suite.Scenes;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Bench.Suite.Limit;

/// <summary>A thread with a model of its own: its stages are called one after the other, with no queue between them.</summary>
internal sealed class LimitWorker(ILocalizedModel model, SceneBook book) : IDisposable
{
    private readonly TokenOutputs _outputs = new(model.Decoder.Slots, model.Generations.Vocabulary, model.Decoder.Outputs);
    private readonly NextToken[] _next = new NextToken[1];
    private readonly List<AnswerPart> _parts = [];

    /// <summary>Decodes picture files and encodes them in one run.</summary>
    public void Encode(IReadOnlyList<int> pictures, LimitWork work)
    {
        var prepared = pictures.Select(picture => model.Encoder.Prepare(book.PictureOf(picture).File)).ToList();
        foreach (var (picture, features) in pictures.Zip(model.Encoder.Encode(prepared)))
        {
            work.Features[picture] = features;
        }

        prepared.ForEach(picture => picture.Dispose());
    }

    /// <summary>Adds the sequences that answer a question; those of <c>detect</c> need the proposals first.</summary>
    public void Begin(LimitQuestion question, LimitWork work)
    {
        var asked = question.Canonical;
        if (model.Grammar.PlanOf(asked.Task) is not ProposedDetectPlan plan)
        {
            question.Sequences.Add(work.Begin(question, asked));
            return;
        }

        foreach (var proposal in model.Proposer!.Propose(work.Features[question.Picture], asked.Prompt.Size))
        {
            question.Sequences.Add(work.Begin(question, plan.QuestionAbout(proposal, asked)));
        }
    }

    /// <summary>Reads prompts in one run.</summary>
    public void Read(IReadOnlyList<LimitSequence> sequences, LimitWork work)
    {
        var readings = sequences.Select(sequence => new RegionReading(work.Features[sequence.Question.Picture], sequence.Prompt)).ToList();
        foreach (var (sequence, prefix) in sequences.Zip(model.RegionReader.Read(readings)))
        {
            work.Prefixes[sequence.Prefix] = prefix;
        }
    }

    /// <summary>Decodes sequences until there are none; a slot is filled again as soon as it is free.</summary>
    /// <param name="next">The next sequence, or null when there are no more.</param>
    /// <param name="work">Has the prefixes.</param>
    public void Decode(Func<LimitSequence?> next, LimitWork work)
    {
        var free = new Stack<int>(Enumerable.Range(0, model.Decoder.Slots));
        var generations = new Generation[model.Decoder.Slots];
        List<DecodeRow> rows = [];
        for (var isMore = true; isMore || rows.Count > 0;)
        {
            while (isMore && free.Count > 0)
            {
                if (next() is not { } sequence)
                {
                    isMore = false;
                    break;
                }

                var (slot, prompt) = (free.Pop(), sequence.Generation.Prompt);
                var past = model.Decoder.Load(slot, work.Prefixes[sequence.Prefix]);
                model.Decoder.Prefill(slot, prompt.Span, past, _outputs);
                generations[slot] = sequence.Generation;
                rows.Add(new DecodeRow(slot, 0, past + prompt.Length));
                Advance(rows, rows.Count - 1, 0, generations, free);
            }

            if (rows.Count > 0)
            {
                DecodeRow[] read = [.. rows];
                model.Decoder.Step(read, _outputs);
                for (var row = read.Length - 1; row >= 0; row--)
                {
                    rows[row] = read[row] with { Past = read[row].Past + 1 };
                    Advance(rows, row, row, generations, free);
                }
            }
        }
    }

    /// <summary>Draws the masks of what a question found.</summary>
    public void Draw(LimitQuestion question, LimitWork work)
    {
        foreach (var region in question.Sequences.SelectMany(sequence => sequence.Generation.Finish().Regions))
        {
            model.Masker!.Draw(new MaskRequest(work.Features[question.Picture], region.Box, question.Canonical.Prompt.Size));
        }
    }

    public void Dispose() => model.Dispose();

    private void Advance(List<DecodeRow> rows, int row, int output, Generation[] generations, Stack<int> free)
    {
        _parts.Clear();
        var slot = rows[row].Slot;
        if (generations[slot].Advance(new StepOutputs(_outputs, output, 1), _next, _parts) > 0)
        {
            rows[row] = rows[row] with { Token = _next[0].Token };
            return;
        }

        rows[row] = rows[^1];
        rows.RemoveAt(rows.Count - 1);
        model.Decoder.Free(slot);
        free.Push(slot);
    }
}
