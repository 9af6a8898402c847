namespace Loupe.Silo.Tests.Processes;

/// <summary>One silo for all tests of a class, started by the first that asks.</summary>
public sealed class SharedSilo : IAsyncDisposable
{
    private Task<SiloUnderTest>? _silo;

    internal Task<SiloUnderTest> GetAsync() => _silo ??= SiloUnderTest.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_silo is { IsCompletedSuccessfully: true } silo)
        {
            await silo.Result.DisposeAsync();
        }
    }
}
