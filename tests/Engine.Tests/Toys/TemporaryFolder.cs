namespace Loupe.Engine.Tests.Toys;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("loupe-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Takes any file for a PNG of <see cref="ToyModel.Size"/> squared, unless it begins with "bad".</summary>
internal sealed class ToyInspector : Engine.Images.IPictureInspector
{
    public (string MediaType, ImageSize Size) Inspect(ReadOnlyMemory<byte> file) =>
        file.Span.StartsWith("bad"u8)
            ? throw LocalizerException.Of(ProblemKind.Unprocessable, "not a picture")
            : ("image/png", new ImageSize(ToyModel.Size, ToyModel.Size));
}
