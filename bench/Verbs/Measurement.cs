using Loupe.Client;

namespace Loupe.Bench.Verbs;

/// <summary>What every measurement does with a failure: a line on stderr and an exit code.</summary>
internal static class Measurement
{
    public static async Task<int> RunAsync(Func<Task<int>> measure)
    {
        try
        {
            return await measure();
        }
        catch (Exception error) when (error is LoupeException or IOException)
        {
            await Console.Error.WriteLineAsync($"loupe: {error.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("loupe: stopped.");
            return ExitCode.Stopped;
        }
    }
}
