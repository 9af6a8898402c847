namespace Loupe.Engine.Batching;

/// <summary>
/// How urgent a piece of work is, shared by all who wait for it: it is raised when somebody more urgent joins them, and the
/// work moves forward in the line it stands in. Any thread.
/// </summary>
internal sealed class Urgency(Priority priority)
{
    private readonly Lock _lock = new();
    private Action? _raised;
    private Priority _value = priority;

    public Priority Value
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    public static implicit operator Urgency(Priority priority) => new(priority);

    /// <summary>Makes it at least as urgent; never less.</summary>
    public void Raise(Priority priority)
    {
        Action? raised;
        lock (_lock)
        {
            if (priority >= _value)
            {
                return;
            }

            _value = priority;
            (raised, _raised) = (_raised, null);
        }

        raised?.Invoke();
    }

    /// <summary>Calls once it is raised; at once where it is as urgent as can be.</summary>
    internal void Watch(Action raised)
    {
        lock (_lock)
        {
            if (_value != Priority.Interactive)
            {
                _raised += raised;
                return;
            }
        }

        raised();
    }
}
