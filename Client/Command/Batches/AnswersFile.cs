namespace Loupe.Command.Batches;

/// <summary>Appends whole lines, one at a time, and flushes each, so that a killed run loses at most the line it was writing.</summary>
internal sealed class AnswersFile(string path) : IAsyncDisposable
{
    private readonly StreamWriter _writer = new(path, append: true) { AutoFlush = true, NewLine = "\n" };
    private readonly SemaphoreSlim _turn = new(1);

    public async Task WriteAsync(string line, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await _writer.WriteLineAsync(line);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _turn.Dispose();
    }
}
