using System.CommandLine;
using Loupe.Client;

namespace Loupe.Command.Verbs;

/// <summary>The options that every verb has, and what every verb does with a failure.</summary>
internal sealed class Connection
{
    private readonly Option<string?> _server = new("--server") { Description = $"The server's URL (LOUPE_SERVER, else {LoupeClientOptions.DefaultServer})." };

    private readonly Option<string?> _key = new("--key") { Description = "The key, where the server wants one (LOUPE_KEY)." };

    public void AddTo(System.CommandLine.Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
    }

    /// <exception cref="UsageException">Not a URL.</exception>
    public LoupeClient Open(ParseResult parsed)
    {
        LoupeClientOptions options;
        try
        {
            options = new LoupeClientOptions();
        }
        catch (UriFormatException)
        {
            throw new UsageException("LOUPE_SERVER is not a URL.");
        }

        if (parsed.GetValue(_server) is { } server)
        {
            options = options with { Server = Uri.TryCreate(server, UriKind.Absolute, out var url) ? url : throw new UsageException($"--server: '{server}' is not a URL.") };
        }

        try
        {
            return new LoupeClient(parsed.GetValue(_key) is { } key ? options with { Key = key } : options);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>Runs a verb; a refusal, a failure and bad usage become a line on stderr and an exit code.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync($"loupe: {error.Message}");
            return ExitCode.BadUsage;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"loupe: {error.Message}");
            return ExitCode.BadUsage;
        }
        catch (LoupeException error)
        {
            var request = error.RequestId is { } id ? $" (request {id})" : string.Empty;
            await Console.Error.WriteLineAsync($"loupe: {error.Problem.Detail}{request}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("loupe: stopped.");
            return ExitCode.Failed;
        }
    }
}
