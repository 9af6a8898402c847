namespace Loupe.Engine.Families.Pixel;

/// <summary><c>tokenizer.json</c>: ids count through the special tokens, then the words.</summary>
internal sealed record TokenizerFile(string Type, IReadOnlyList<string> Special, IReadOnlyList<string> Words);
