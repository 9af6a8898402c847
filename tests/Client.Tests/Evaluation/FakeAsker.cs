using Loupe.Command.Evaluation;

namespace Loupe.Client.Tests.Evaluation;

/// <summary>A server whose images' ids are their file names.</summary>
internal sealed class FakeAsker(Func<Question, Answer> answer) : IAsker
{
    public static Answer Answer(Question question) => new()
    {
        Id = "",
        Image = question.Image!.Id!,
        Task = question.Task,
        Text = "",
        Model = new("fake", "0"),
    };

    public Task<string> UploadAsync(string path, CancellationToken cancellationToken) => Task.FromResult(Path.GetFileName(path));

    public async Task<Answer> AskAsync(Question question, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return answer(question);
    }
}
