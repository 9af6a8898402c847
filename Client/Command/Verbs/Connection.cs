using System.CommandLine;
using Loupe.Client;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Imaging;

namespace Loupe.Command.Verbs;

/// <summary>The options that every verb has, and what every verb does with a failure.</summary>
internal sealed class Connection
{
    private readonly Option<string?> _server = new("--server")
    {
        Description = $"The server's URL. Default: {LoupeClientOptions.ServerVariable}, else {LoupeClientOptions.DefaultServer}.",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = $"The key, where the server wants one. Default: {LoupeClientOptions.KeyVariable}.",
        HelpName = "KEY",
    };

    public void AddTo(System.CommandLine.Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="adapt">What a verb wants otherwise.</param>
    /// <exception cref="UsageException">Not a server's URL.</exception>
    public LoupeClient Open(ParseResult parsed, Func<LoupeClientOptions, LoupeClientOptions>? adapt = null)
    {
        var options = new LoupeClientOptions();
        if (parsed.GetValue(_server) is not null)
        {
            options = options with { Server = ServerOf(parsed) };
        }

        if (parsed.GetValue(_key) is { } key)
        {
            options = options with { Key = key };
        }

        try
        {
            return new LoupeClient(adapt is null ? options : adapt(options));
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>Where a verb's server is.</summary>
    /// <exception cref="UsageException">Not a server's URL.</exception>
    public Uri ServerOf(ParseResult parsed) => parsed.GetValue(_server) is not { } server
        ? new LoupeClientOptions().Server
        : Uri.TryCreate(server, UriKind.Absolute, out var url)
            ? url
            : throw new UsageException($"--server: '{server}' is not a URL.");

    /// <summary>Runs a verb; a refusal, a failure and bad usage become a line on stderr and an exit code.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Exception error) when (
            error is UsageException or DatasetException or FileNotFoundException or DirectoryNotFoundException
                or UnauthorizedAccessException)
        {
            return await SayAsync(error.Message, ExitCode.BadUsage);
        }
        catch (LoupeException error)
        {
            var request = error.RequestId is { } id ? $" (request {id})" : string.Empty;
            return await SayAsync($"{error.Problem.Detail}{request}", ExitCode.Failed);
        }
        catch (Exception error) when (error is IOException or PictureException)
        {
            return await SayAsync(error.Message, ExitCode.Failed);
        }
        catch (OperationCanceledException)
        {
            return await SayAsync("stopped.", ExitCode.Stopped);
        }
    }

    private static async Task<int> SayAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync($"loupe: {message}");
        return code;
    }
}
