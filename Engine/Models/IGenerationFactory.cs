namespace Loupe.Engine.Models;

/// <summary>Makes a <see cref="Generation"/> for a question.</summary>
public interface IGenerationFactory
{
    /// <summary>Logits of a row.</summary>
    int Vocabulary { get; }

    /// <summary>Starts the sequence of a question. Any thread.</summary>
    Generation Create(CanonicalQuestion question);
}
