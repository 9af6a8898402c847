namespace Loupe.Command.Evaluation;

/// <summary>What an evaluation needs of a server.</summary>
internal interface IAsker
{
    /// <returns>The image's id.</returns>
    Task<string> UploadAsync(string path, CancellationToken cancellationToken);

    Task<Answer> AskAsync(Question question, CancellationToken cancellationToken);
}
