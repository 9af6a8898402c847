using Loupe.Engine.Families.Florence.Making;

namespace Loupe.Engine.Tests.Families.Florence;

public sealed class FlorenceCheckTests : IDisposable
{
    private readonly string _bundle = Directory.CreateTempSubdirectory("loupe-florence-").FullName;

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    [Fact]
    public void Everything_the_original_says_of_the_toy_model_is_said_here()
    {
        var lines = FlorenceCheck.Run(TinyFlorence.Folder, _bundle);
        Assert.Equal(11, lines.Count);
        Assert.All(lines, line => Assert.True(line.IsWithin, $"{line.What}: {line.Found}\n{string.Join('\n', lines)}"));
    }
}
