namespace Loupe.Engine.Families.Pixel;

/// <summary>Writes a region prompt into the slots that the region graph reads; docs/bundle.md has the table of kinds.</summary>
internal sealed class PromptSlots(int slots, int maxRegions)
{
    private const long BoxKind = 1;
    private const long InsideKind = 2;
    private const long OutsideKind = 3;
    private const long WholeKind = 4;

    public int Count => slots;

    /// <summary>Throws where a prompt does not fit.</summary>
    /// <exception cref="LocalizerException">Names the region.</exception>
    public void Check(RegionPrompt prompt)
    {
        if (prompt.Regions.Count > maxRegions)
        {
            throw LocalizerException.Invalid("regions", $"at most {maxRegions} regions are understood, found {prompt.Regions.Count}");
        }

        var free = slots - 1;
        for (var k = 0; k < prompt.Regions.Count; k++)
        {
            free -= Needed(prompt.Regions[k]);
            if (free < 0)
            {
                throw LocalizerException.Invalid(
                    $"regions[{k}].points",
                    $"{slots - 1} boxes and points in all are understood, and here they are exceeded by {-free}");
            }
        }
    }

    /// <summary>Slots of a prompt that differ: those that are used, and one for all that are not.</summary>
    public int Distinct(RegionPrompt prompt) => Math.Min(slots, Used(prompt) + 1);

    /// <summary>Fills one row of the graph's inputs; the prompt was checked.</summary>
    /// <param name="prompt">The regions.</param>
    /// <param name="boxes">distinct × 4.</param>
    /// <param name="kinds">distinct.</param>
    /// <param name="owners">distinct.</param>
    /// <param name="copies">How many slots each stands for: distinct.</param>
    public void Write(RegionPrompt prompt, Span<float> boxes, Span<long> kinds, Span<long> owners, Span<float> copies)
    {
        boxes.Clear();
        kinds.Clear();
        owners.Clear();
        copies.Fill(1);
        copies[^1] = slots - copies.Length + 1;
        var geometry = new PixelGeometry(prompt.Size);
        var row = new Row(boxes, kinds, owners);
        row.Add(geometry, WholeKind, 0, new Box(0, 0, prompt.Size.Width, prompt.Size.Height));
        for (var k = 0; k < prompt.Regions.Count; k++)
        {
            var region = prompt.Regions[k];
            if (region.Points is { } points)
            {
                for (var i = 0; i < points.Count; i++)
                {
                    var kind = region.Labels is { } labels && labels[i] == 0 ? OutsideKind : InsideKind;
                    row.Add(geometry, kind, k, new Box(points[i].X, points[i].Y, points[i].X, points[i].Y));
                }
            }
            else
            {
                row.Add(geometry, BoxKind, k, region.Bounds);
            }
        }
    }

    /// <summary>Says for every position of a prefix which of the rows that were read stands there: slots first, then the rest.</summary>
    public void Arrange(int distinct, Span<long> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i < slots ? Math.Min(i, distinct - 1) : i - slots + distinct;
        }
    }

    private static int Used(RegionPrompt prompt) => 1 + prompt.Regions.Sum(Needed);

    private static int Needed(Region region) => region.Points?.Count ?? 1;

    private ref struct Row(Span<float> boxes, Span<long> kinds, Span<long> owners)
    {
        private readonly Span<float> _boxes = boxes;
        private readonly Span<long> _kinds = kinds;
        private readonly Span<long> _owners = owners;
        private int _next;

        public void Add(PixelGeometry geometry, long kind, int owner, Box box)
        {
            var place = _boxes.Slice(_next * 4, 4);
            place[0] = geometry.ToGraph(box.X0);
            place[1] = geometry.ToGraph(box.Y0);
            place[2] = geometry.ToGraph(box.X1);
            place[3] = geometry.ToGraph(box.Y1);
            _kinds[_next] = kind;
            _owners[_next] = owner;
            _next++;
        }
    }
}
