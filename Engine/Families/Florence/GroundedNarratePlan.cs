using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// A paragraph, and then where in the picture its phrases are: the words of a phrase have its first box, the others none. A word
/// is sent when the second pass has come by it.
/// </summary>
internal sealed class GroundedNarratePlan : TaskPlan
{
    public override VisionTask Task => VisionTask.Narrate;

    public override int MaxRegions => 0;

    public override async Task<Answered> AnswerAsync(
        IQuestionStages stages, CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var told = await stages.SayAsync(question, static _ => { }, cancellation);
        if (told.Said.Words.Count == 0)
        {
            return told;
        }

        var places = new PlacedWords(told.Said.Text, told.Said.Words, emit);
        var found = await stages.SayAsync(
            new CanonicalQuestion(VisionTask.Locate, question.Prompt, told.Said.Text, question.MaxWords),
            part =>
            {
                if (part is RegionPart { Region: var region })
                {
                    places.Place(region);
                }
            },
            cancellation);
        places.End();
        return new Answered(
            told.Said with { Words = places.Words, Regions = [] },
            told.Features,
            told.Prefix,
            new Timing
            {
                QueueMs = told.Timing.QueueMs + found.Timing.QueueMs,
                EncodeMs = told.Timing.EncodeMs + found.Timing.EncodeMs,
                RegionMs = told.Timing.RegionMs + found.Timing.RegionMs,
                DecodeMs = told.Timing.DecodeMs + found.Timing.DecodeMs,
            });
    }

    private sealed class PlacedWords(string text, IReadOnlyList<Word> words, Action<AnswerPart> emit)
    {
        private readonly List<Word> _placed = new(words.Count);
        private int _at;

        public IReadOnlyList<Word> Words => _placed;

        public void Place(FoundRegion region)
        {
            var start = region.Text is { Length: > 0 } phrase ? text.IndexOf(phrase, _at, StringComparison.OrdinalIgnoreCase) : -1;
            if (start >= 0)
            {
                Tell(start, null);
                Tell(start + region.Text!.Length, region.Box);
            }
        }

        public void End() => Tell(text.Length, null);

        // All words that begin before a place in the text and were not told yet.
        private void Tell(int before, Box? box)
        {
            while (_placed.Count < words.Count
                && text.IndexOf(words[_placed.Count].Text, _at, StringComparison.Ordinal) is var start and >= 0
                && start < before)
            {
                _at = start + words[_placed.Count].Text.Length;
                var word = words[_placed.Count] with { Box = box, Point = box?.Center };
                emit(new WordPart(_placed.Count, word));
                _placed.Add(word);
            }
        }
    }
}
