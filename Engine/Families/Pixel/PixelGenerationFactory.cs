using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Builds prompts from the manifest's task table, and the generation that fits each task.</summary>
internal sealed class PixelGenerationFactory : IGenerationFactory
{
    // Where the question's text goes in a prompt.
    private const int Text = -1;

    private readonly WordTokenizer _tokenizer;
    private readonly TokenRoles _roles;
    private readonly PixelLimits _limits;
    private readonly int _room;
    private readonly Dictionary<VisionTask, int[]> _prompts;
    private readonly int[]? _region;

    public PixelGenerationFactory(PixelManifest manifest, WordTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _roles = new TokenRoles(tokenizer, manifest.Limits.MaxRegions);
        _limits = manifest.Limits;
        _room = manifest.Decoder.MaxTokens - manifest.Prefix.Length;
        _prompts = manifest.Tasks.Prompted().ToDictionary(t => t.Plan.Task, t => Template(t.Prompt.Prompt));
        if (manifest.Tasks.Segment is { } segment)
        {
            _prompts[VisionTask.Segment] = Template(segment.Prompt);
            _region = Template(segment.Region);
        }
    }

    public int Vocabulary => _tokenizer.Count;

    public string Normalize(string text)
    {
        var ids = _tokenizer.Encode(text);
        return ids.Count <= _limits.MaxTextTokens
            ? _tokenizer.Spell(ids)
            : throw LocalizerException.Invalid(
                "text", $"at most {_limits.MaxTextTokens} words and punctuation marks are understood, found {ids.Count}");
    }

    public Generation Create(CanonicalQuestion question)
    {
        if (!_prompts.TryGetValue(question.Task, out var template))
        {
            throw LocalizerException.Invalid("task", "this bundle does not offer it");
        }

        template = question is { Task: VisionTask.Segment, Text: "" } ? _region! : template;
        var text = _tokenizer.Encode(question.Text);
        int[] prompt = [.. template.SelectMany(token => token == Text ? text : [token])];
        var geometry = new PixelGeometry(question.Prompt.Size);
        if (question.Task is VisionTask.Locate or VisionTask.Segment)
        {
            return new LocateGeneration(prompt, _roles, geometry);
        }

        var words = Math.Clamp(question.MaxWords, 1, _limits.MaxWords);

        // One more for <because>, which is read but is no word.
        var tokens = Math.Min(_room - prompt.Length, _limits.MaxWords + 1);
        return new TextGeneration(prompt, words, tokens, question.Prompt.Regions.Count, _tokenizer, _roles, geometry);
    }

    private int[] Template(IEnumerable<string> tokens) =>
        [.. tokens.Select(token => token == PromptTask.Text ? Text : _tokenizer.Special(token))];
}
