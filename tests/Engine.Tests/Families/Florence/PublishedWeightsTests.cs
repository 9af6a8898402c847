using Loupe.Engine.Families.Florence.Making;

namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>
/// The published weights, where <c>LOUPE_FLORENCE</c> names a folder that has them and, beside them, what the original said of
/// some pictures (<c>expected.json</c>, <c>expected.safetensors</c>, in the toy model's form).
/// </summary>
public sealed class PublishedWeightsTests : IDisposable
{
    private readonly string _bundle = Directory.CreateTempSubdirectory("loupe-florence-").FullName;

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    [Fact]
    public void The_published_weights_say_here_what_they_say_in_the_original()
    {
        var folder = Environment.GetEnvironmentVariable("LOUPE_FLORENCE");
        Assert.SkipWhen(
            folder is null,
            "LOUPE_FLORENCE names no folder with the published weights and the original's outputs, which are not part of the repository");
        var lines = FlorenceCheck.Run(folder!, _bundle);
        Assert.All(lines, line => Assert.True(line.IsWithin, $"{line.What}: {line.Found}"));
    }
}
