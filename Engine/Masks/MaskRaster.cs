using Loupe.Engine.Models;

namespace Loupe.Engine.Masks;

/// <summary>
/// A grid of logits as a mask of the original image. A pixel belongs to the mask when its centre lies in the frame and
/// the logit there, bilinear between the centres of the cells and constant beyond the outermost, is above 0.
/// </summary>
/// <remarks>
/// Only the frame's columns are walked, and of a column only the stretches between two cell centres of which one is in
/// and one is not: between two of a kind all is of that kind. Memory is that of a column and of the runs.
/// </remarks>
internal static class MaskRaster
{
    /// <returns>The mask over the whole image and its tight box, or null where no pixel belongs to it.</returns>
    public static (Mask Mask, Box Box)? Draw(MaskGrid grid, ImageSize size)
    {
        var across = new Axis(grid.Frame.X0, grid.Frame.X1, grid.Columns, size.Width);
        var down = new Axis(grid.Frame.Y0, grid.Frame.Y1, grid.Rows, size.Height);
        var runs = new Runs(size.Height);
        var column = new double[grid.Rows];
        for (var x = across.First; x < across.End; x++)
        {
            Blend(grid, across.Place(x), column);
            Walk(column, down, x, runs);
        }

        return runs.Any ? (new Mask([size.Height, size.Width], RunLengths.Compress(runs.Finish(size.Width))), runs.Box) : null;
    }

    private static void Blend(MaskGrid grid, double place, double[] column)
    {
        var left = (int)place;
        var right = Math.Min(left + 1, grid.Columns - 1);
        for (var row = 0; row < column.Length; row++)
        {
            var at = row * grid.Columns;
            column[row] = Between(grid.Logits[at + left], grid.Logits[at + right], place - left);
        }
    }

    private static void Walk(double[] column, Axis down, int x, Runs runs)
    {
        for (var y = down.First; y < down.End;)
        {
            var above = (int)down.Place(y);
            var below = Math.Min(above + 1, column.Length - 1);
            var end = down.EndOfCell(y, above);
            if (column[above] > 0 == column[below] > 0)
            {
                runs.Add(x, y, end, column[above] > 0);
                y = end;
            }

            for (; y < end; y++)
            {
                runs.Add(x, y, y + 1, Between(column[above], column[below], down.Place(y) - above) > 0);
            }
        }
    }

    private static double Between(double one, double other, double share) => ((1 - share) * one) + (share * other);

    /// <summary>The pixels of one direction whose centres lie in the frame, and where they fall among the cells.</summary>
    private readonly struct Axis
    {
        private readonly double _start;
        private readonly double _cell;
        private readonly int _last;

        public Axis(double start, double end, int cells, int pixels)
        {
            // Of a frame that is none, or lies elsewhere, no pixel is left.
            var isFrame = double.IsFinite(start) && double.IsFinite(end) && start < end;
            First = isFrame ? (int)Math.Clamp(Math.Ceiling(start - 0.5), 0, pixels) : 0;
            End = isFrame ? (int)Math.Clamp(Math.Floor(end - 0.5) + 1, First, pixels) : 0;
            _start = start;
            _cell = (end - start) / cells;
            _last = cells - 1;
        }

        public int First { get; }

        public int End { get; }

        /// <summary>0 at the centre of the first cell, one more at each next; not beyond the outermost.</summary>
        public double Place(int pixel) => Math.Clamp(((pixel + 0.5 - _start) / _cell) - 0.5, 0, _last);

        /// <summary>The first pixel from <paramref name="pixel"/> on that has left the stretch after a cell's centre.</summary>
        public int EndOfCell(int pixel, int cell)
        {
            if (cell >= _last)
            {
                return End;
            }

            // The division may be off by one pixel where a centre falls on a pixel's; the places decide.
            var end = (int)Math.Clamp(Math.Floor(_start + ((cell + 1.5) * _cell) - 0.5), pixel, End - 1) + 1;
            while (end > pixel + 1 && (int)Place(end - 1) > cell)
            {
                end--;
            }

            return end;
        }
    }

    /// <summary>Run lengths in the making, and the extent of what is in.</summary>
    private sealed class Runs(int height)
    {
        private readonly List<long> _lengths = [];
        private long _ended;
        private long _open = -1;
        private (int X0, int Y0, int X1, int Y1) _extent = (int.MaxValue, int.MaxValue, 0, 0);

        public bool Any => _extent.X1 > 0;

        public Box Box => new(_extent.X0, _extent.Y0, _extent.X1, _extent.Y1);

        /// <summary>Adds the pixels <paramref name="from"/> to <paramref name="end"/> of a column, after all added before.</summary>
        public void Add(int x, int from, int end, bool inside)
        {
            if (!inside)
            {
                return;
            }

            _extent = (Math.Min(_extent.X0, x), Math.Min(_extent.Y0, from), x + 1, Math.Max(_extent.Y1, end));
            var start = ((long)x * height) + from;
            if (_open < 0 || start > _ended)
            {
                Close();
                _lengths.Add(start - _ended);
                _open = start;
            }

            _ended = ((long)x * height) + end;
        }

        public IReadOnlyList<long> Finish(int width)
        {
            Close();
            var rest = ((long)width * height) - _ended;
            if (rest > 0)
            {
                _lengths.Add(rest);
            }

            return _lengths;
        }

        private void Close()
        {
            if (_open >= 0)
            {
                _lengths.Add(_ended - _open);
            }
        }
    }
}
