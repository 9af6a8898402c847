using System.CommandLine;
using Loupe.Bundler.Hub;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Bundler.Verbs;

/// <summary>What the verbs have in common.</summary>
internal static class Verb
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;

    private const int Stopped = 130;

    /// <summary>Where models are kept.</summary>
    public static Option<string> Models() => new("--models")
    {
        Description = "Where models are kept on this machine.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LOUPE_MODELS") is { Length: > 0 } folder ? folder : "loupe-models",
        HelpName = "DIR",
    };

    /// <summary>Runs a verb; what people can mend is said in a line.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (error is BundleException or PullException)
        {
            await Console.Error.WriteLineAsync($"loupe: {error.Message}");
            return Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"loupe: {PullException.Explain(error)}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("loupe: stopped; what was fetched is kept, and the next pull goes on from there.");
            return Stopped;
        }
    }
}
