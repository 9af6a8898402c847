using Loupe.Engine.Hosting;

namespace Loupe.Grains.Questions;

/// <summary>
/// What this silo's query grains may remember, within a budget of bytes: the one not asked for the longest goes first, and
/// its grain is told. Any thread.
/// </summary>
internal sealed class AnswerShelf(EngineOptions options)
{
    // An activation with its place in the directory, and the question itself.
    private const int FixedBytes = 4_096;
    private const int WordBytes = 160;

    private readonly long _budget = options.Answers.Bytes;
    private readonly Lock _lock = new();
    private readonly LinkedList<Place> _recent = new();
    private long _bytes;

    /// <summary>Bytes of all that is remembered, as estimated.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>What an answer counts; a question that has none yet counts less.</summary>
    public static long SizeOf(Answer? answer) => answer is null
        ? FixedBytes
        : FixedBytes + (2L * (answer.Text.Length + (answer.Rationale?.Length ?? 0)))
            + (WordBytes * (answer.Words.Count + answer.Regions.Count))
            + (2L * answer.Regions.Sum(region => region.Mask?.Counts.Length ?? 0));

    /// <summary>Takes a place, or renews it with another size. False where the answer is larger than the whole budget.</summary>
    internal bool Put(Place place, long bytes)
    {
        List<Place> lost = [];
        lock (_lock)
        {
            Drop(place);
            if (bytes > _budget)
            {
                return false;
            }

            place.Bytes = bytes;
            _recent.AddFirst(place.Node);
            _bytes += bytes;
            while (_bytes > _budget)
            {
                lost.Add(_recent.Last!.Value);
                Drop(_recent.Last!.Value);
            }
        }

        lost.ForEach(one => one.Lost());
        return true;
    }

    /// <summary>Asked for again.</summary>
    internal void Touch(Place place)
    {
        lock (_lock)
        {
            if (place.Node.List is not null)
            {
                _recent.Remove(place.Node);
                _recent.AddFirst(place.Node);
            }
        }
    }

    /// <summary>The grain goes.</summary>
    internal void Leave(Place place)
    {
        lock (_lock)
        {
            Drop(place);
        }
    }

    /// <summary>Takes the places of an image's answers.</summary>
    public void Forget(ImageKey image)
    {
        List<Place> lost;
        lock (_lock)
        {
            lost = [.. _recent.Where(place => place.Image == image)];
            lost.ForEach(Drop);
        }

        lost.ForEach(one => one.Lost());
    }

    private void Drop(Place place)
    {
        if (place.Node.List is not null)
        {
            _recent.Remove(place.Node);
            _bytes -= place.Bytes;
        }
    }

    /// <summary>One grain's.</summary>
    internal sealed class Place
    {
        public Place(ImageKey image, Action lost)
        {
            (Image, Lost) = (image, lost);
            Node = new LinkedListNode<Place>(this);
        }

        public ImageKey Image { get; }

        /// <summary>Told when the place is taken away; from any thread.</summary>
        public Action Lost { get; }

        internal LinkedListNode<Place> Node { get; }

        internal long Bytes { get; set; }
    }
}
