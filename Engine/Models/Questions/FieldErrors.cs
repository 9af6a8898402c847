namespace Loupe.Engine.Models.Questions;

/// <summary>Collects what is wrong with a request by field, so that a caller learns all of it at once.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _byField = [];

    public bool Any => _byField.Count > 0;

    public void Add(string field, string message)
    {
        if (!_byField.TryGetValue(field, out var messages))
        {
            _byField[field] = messages = [];
        }

        messages.Add(message);
    }

    public void Add(Problem problem)
    {
        foreach (var (field, messages) in problem.Errors ?? new Dictionary<string, string[]>())
        {
            foreach (var message in messages)
            {
                Add(field, message);
            }
        }
    }

    /// <exception cref="LocalizerException">Something was added.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new LocalizerException(new Problem
            {
                Kind = ProblemKind.Invalid,
                Detail = string.Join("; ", _byField.Select(field => $"{field.Key}: {string.Join(", ", field.Value)}")),
                Errors = _byField.ToDictionary(field => field.Key, field => field.Value.ToArray()),
            });
        }
    }
}
