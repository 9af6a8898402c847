using Loupe.Client;

namespace Loupe.Command.Evaluation;

/// <summary>A server that is evaluated.</summary>
internal sealed class ServerAsker(ILoupeClient client) : IAsker
{
    public async Task<string> UploadAsync(string path, CancellationToken cancellationToken) =>
        (await client.UploadFileAsync(path, cancellationToken)).Id;

    public Task<Answer> AskAsync(Question question, CancellationToken cancellationToken) => client.AskAsync(question, cancellationToken);
}
