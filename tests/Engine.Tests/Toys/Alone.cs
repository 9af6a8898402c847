namespace Loupe.Engine.Tests.Toys;

/// <summary>For tests that read the memory of the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
