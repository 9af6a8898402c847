namespace Loupe.Engine.Families;

/// <summary>Parts of a model that is being loaded: where loading fails, those that are there go again, the last one first.</summary>
internal sealed class LoadedParts
{
    private readonly Stack<IDisposable> _parts = new();

    /// <summary>Adds a part.</summary>
    public T Own<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    /// <summary>Disposes all parts.</summary>
    public void Close()
    {
        while (_parts.TryPop(out var part))
        {
            part.Dispose();
        }
    }
}
