namespace Loupe.Engine.Hosting;

/// <summary>Something outside the process without which it serves less, but serves.</summary>
internal interface IDependency
{
    /// <summary>One sentence: what is out of reach and what is refused meanwhile. Null when all is well.</summary>
    string? Trouble { get; }
}
