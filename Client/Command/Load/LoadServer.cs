using Loupe.Client;

namespace Loupe.Command.Load;

/// <summary>A server under load. Nothing is tried again: what a load is to show includes what was refused.</summary>
internal sealed class LoadServer(ILoupeClient client) : ILoadTarget
{
    /// <summary>What a server may take beyond the deadline that it was told, before it counts as one that never answers.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>The options of a client for a load.</summary>
    public static LoupeClientOptions Adapt(LoupeClientOptions options) => options with { MaxRetries = 0, Grace = Grace };

    public IAsyncEnumerable<AnswerPart> StreamAsync(Question question, CancellationToken cancellationToken) =>
        client.StreamAsync(question, cancellationToken);

    public string KindOf(Exception failure) => failure switch
    {
        LoupeException { IsUnreachable: true, InnerException: HttpRequestException { HttpRequestError: var error } } =>
            $"connection: {error}",
        LoupeException { IsUnreachable: true } => "connection: broken",
        LoupeException { Problem.Kind: var kind } => Enum.IsDefined(kind) ? $"{(int)kind} {kind}" : $"{(int)kind}",
        _ => failure.GetType().Name,
    };
}
