using Loupe.Bench.Suite.Scenes;
using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Questions;
using Loupe.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Bench.Suite.Limit;

/// <summary>A thread's own graphs and buffers, and the stages over them.</summary>
internal sealed class LimitWorker : IDisposable
{
    private readonly LimitGraphs _graphs;
    private readonly PixelManifest _manifest;
    private readonly SceneBook _book;
    private readonly PixelNormalizer _normalizer;
    private readonly PromptSlots _slots;
    private readonly byte[] _square;
    private readonly float[] _pixels;
    private readonly Float16[] _features;
    private readonly float[] _boxes;
    private readonly long[] _kinds;
    private readonly long[] _owners;

    /// <summary>Takes over the graphs.</summary>
    public LimitWorker(LimitGraphs graphs, PixelManifest manifest, SceneBook book, LimitLayout layout)
    {
        (_graphs, _manifest, _book) = (graphs, manifest, book);
        _normalizer = new PixelNormalizer(manifest.Image);
        _slots = new PromptSlots(manifest.Prompt.Slots, manifest.Limits.MaxRegions);
        var side = manifest.Image.Size;
        _square = new byte[side * side * 3];
        _pixels = new float[layout.Pictures * side * side * 3];
        _features = new Float16[layout.Prompts * manifest.Features.Tokens * manifest.Features.Width];
        _boxes = new float[layout.Prompts * _slots.Count * 4];
        _kinds = new long[layout.Prompts * _slots.Count];
        _owners = new long[layout.Prompts * _slots.Count];
    }

    /// <summary>Decodes picture files and encodes them in one run.</summary>
    public void Encode(ReadOnlySpan<int> pictures, LimitWork work)
    {
        var pad = (_manifest.Image.Pad[0], _manifest.Image.Pad[1], _manifest.Image.Pad[2]);
        for (var i = 0; i < pictures.Length; i++)
        {
            Picture.Letterbox(_book.PictureOf(pictures[i]).File, _manifest.Image.Size, pad, _square);
            _normalizer.Normalize(_square, _pixels.AsSpan(i * _square.Length, _square.Length));
        }

        var features = _graphs.Encode(_pixels, pictures.Length);
        for (var i = 0; i < pictures.Length; i++)
        {
            work.Features[pictures[i]] = features[i];
        }
    }

    /// <summary>Adds the sequences that answer a question; those of <c>detect</c> need the graph first.</summary>
    public void Begin(LimitQuestion question, LimitWork work)
    {
        if (question.Canonical.Task != VisionTask.Detect)
        {
            question.Sequences.Add(work.Begin(question, question.Canonical));
            return;
        }

        var (boxes, scores) = _graphs.Propose(work.Features[question.Picture]);
        var task = _manifest.Tasks.Prompted().First(prompted => prompted.Name == _manifest.Tasks.Detect!.Task).Task;
        var errors = new FieldErrors();
        foreach (var proposal in new ProposalFilter(_manifest.Tasks.Detect!).Select(boxes, scores, question.Canonical.Prompt.Size))
        {
            var prompt = RegionCanonicalizer.Canonicalize([new Region { Box = proposal.Box }], question.Canonical.Prompt.Size, errors);
            question.Sequences.Add(work.Begin(question, new CanonicalQuestion(task, prompt, string.Empty, question.Canonical.MaxWords)));
        }
    }

    /// <summary>Reads prompts in one run.</summary>
    public void Read(ReadOnlySpan<LimitSequence> sequences, LimitWork work)
    {
        var count = _slots.Count;
        for (var i = 0; i < sequences.Length; i++)
        {
            var features = work.Features[sequences[i].Question.Picture];
            features.CopyTo(_features.AsSpan(i * features.Length));
            _slots.Write(
                sequences[i].Asked.Prompt, _boxes.AsSpan(i * count * 4, count * 4), _kinds.AsSpan(i * count, count), _owners.AsSpan(i * count, count));
        }

        var prefixes = _graphs.Read(_features, _boxes, _kinds, _owners, sequences.Length);
        for (var i = 0; i < sequences.Length; i++)
        {
            work.Prefixes[sequences[i].Prefix] = prefixes[i];
        }
    }

    /// <summary>Decodes what is left.</summary>
    public void Decode(Func<LimitSequence?> next, LimitWork work) =>
        _graphs.Decoder.Run(() => next() is { } sequence ? (sequence.Generation, work.Prefixes[sequence.Prefix]) : null);

    /// <summary>Draws the mask of a question's region.</summary>
    public void Draw(LimitQuestion question, LimitWork work)
    {
        var size = question.Canonical.Prompt.Size;
        var geometry = new PixelGeometry(size);
        var found = question.Sequences[0].Generation.Finish().Regions[0].Box;
        _graphs.Draw(
            work.Features[question.Picture],
            [geometry.ToGraph(found.X0), geometry.ToGraph(found.Y0), geometry.ToGraph(found.X1), geometry.ToGraph(found.Y1)]);
    }

    public void Dispose() => _graphs.Dispose();
}
