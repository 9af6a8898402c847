namespace Loupe.Command.Load;

/// <summary>What a load needs of a server.</summary>
internal interface ILoadTarget
{
    IAsyncEnumerable<AnswerPart> StreamAsync(Question question, CancellationToken cancellationToken);

    /// <summary>A short name for a failure, one of few: <c>overloaded</c>, <c>connection</c>, …</summary>
    string KindOf(Exception failure);
}
