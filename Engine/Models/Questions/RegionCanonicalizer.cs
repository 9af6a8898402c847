using System.Globalization;
using System.Text;

namespace Loupe.Engine.Models.Questions;

/// <summary>
/// Brings the regions of a question into canonical form: clipped to the image and rounded to a quarter pixel.
/// Applying it twice changes nothing.
/// </summary>
public static class RegionCanonicalizer
{
    /// <summary>The canonical prompt; what is wrong with a region goes to <paramref name="errors"/> under its field's name.</summary>
    public static RegionPrompt Canonicalize(IReadOnlyList<Region> regions, ImageSize size, FieldErrors errors)
    {
        var canonical = new List<Region>(regions.Count);
        for (var k = 0; k < regions.Count; k++)
        {
            if (Canonicalize(regions[k], size, $"regions[{k}]", errors) is { } region)
            {
                canonical.Add(region);
            }
        }

        return new RegionPrompt(canonical, size, Describe(canonical, size));
    }

    private static Region? Canonicalize(Region? region, ImageSize size, string field, FieldErrors errors)
    {
        var given = (region?.Box is null ? 0 : 1) + (region?.Points is null ? 0 : 1) + (region?.Polygon is null ? 0 : 1);
        if (region is null || given != 1)
        {
            errors.Add(field, "give exactly one of box, points and polygon");
            return null;
        }

        if (region.Labels is not null && region.Points is null)
        {
            errors.Add($"{field}.labels", "labels belong to points");
            return null;
        }

        return region switch
        {
            { Box: { } box } => OfBox(box, size, $"{field}.box", errors),
            { Points: { } points } => OfPoints(points, region.Labels, size, field, errors),
            { Polygon: { } polygon } => OfPolygon(polygon, size, $"{field}.polygon", errors),
            _ => null,
        };
    }

    private static Region? OfBox(Box box, ImageSize size, string field, FieldErrors errors)
    {
        if (!AllFinite(box.X0, box.Y0, box.X1, box.Y1))
        {
            errors.Add(field, "numbers must be finite");
        }
        else if (box.X0 >= box.X1 || box.Y0 >= box.Y1)
        {
            errors.Add(field, "a box is [x0, y0, x1, y1] with x0 < x1 and y0 < y1");
        }
        else if (box.X0 >= size.Width || box.Y0 >= size.Height || box.X1 <= 0 || box.Y1 <= 0)
        {
            errors.Add(field, $"lies outside the image, which is {size.Width}×{size.Height} pixels");
        }
        else
        {
            var clipped = new Box(X(box.X0, size), Y(box.Y0, size), X(box.X1, size), Y(box.Y1, size));
            if (clipped.Width > 0 && clipped.Height > 0)
            {
                return new Region { Box = clipped };
            }

            errors.Add(field, "is smaller than a quarter pixel");
        }

        return null;
    }

    private static Region? OfPoints(
        IReadOnlyList<Point> points, IReadOnlyList<int>? labels, ImageSize size, string field, FieldErrors errors)
    {
        if (points.Count == 0)
        {
            errors.Add($"{field}.points", "needs at least one point");
        }
        else if (labels is not null && labels.Count != points.Count)
        {
            errors.Add($"{field}.labels", $"needs one label for each of the {points.Count} points");
        }
        else if (labels is not null && labels.Any(label => label is not (0 or 1)))
        {
            errors.Add($"{field}.labels", "a label is 1 (inside the thing) or 0 (outside it)");
        }
        else if (labels is not null && labels.All(label => label == 0))
        {
            errors.Add($"{field}.labels", "at least one point must lie inside the thing (label 1)");
        }
        else if (Clip(points, size, $"{field}.points", errors) is { } clipped)
        {
            return new Region { Points = clipped, Labels = labels?.ToArray() ?? [.. Enumerable.Repeat(1, clipped.Length)] };
        }

        return null;
    }

    private static Region? OfPolygon(IReadOnlyList<Point> polygon, ImageSize size, string field, FieldErrors errors)
    {
        if (polygon.Count is < QuestionLimits.MinPolygonCorners or > QuestionLimits.MaxPolygonCorners)
        {
            errors.Add(field, $"needs {QuestionLimits.MinPolygonCorners} to {QuestionLimits.MaxPolygonCorners} corners");
            return null;
        }

        if (!polygon.All(p => AllFinite(p.X, p.Y)))
        {
            errors.Add(field, "numbers must be finite");
            return null;
        }

        Point[] clipped = [.. polygon.Select(p => new Point(X(p.X, size), Y(p.Y, size)))];
        if (clipped.Max(p => p.X) > clipped.Min(p => p.X) && clipped.Max(p => p.Y) > clipped.Min(p => p.Y))
        {
            return new Region { Polygon = clipped };
        }

        errors.Add(field, $"covers nothing of the image, which is {size.Width}×{size.Height} pixels");
        return null;
    }

    private static Point[]? Clip(IReadOnlyList<Point> points, ImageSize size, string field, FieldErrors errors)
    {
        for (var i = 0; i < points.Count; i++)
        {
            var (x, y) = points[i];
            if (!AllFinite(x, y))
            {
                errors.Add(field, "numbers must be finite");
                return null;
            }

            if (x < 0 || y < 0 || x > size.Width || y > size.Height)
            {
                errors.Add(field, $"point {i} lies outside the image, which is {size.Width}×{size.Height} pixels");
                return null;
            }
        }

        return [.. points.Select(p => new Point(X(p.X, size), Y(p.Y, size)))];
    }

    private static bool AllFinite(params ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
        {
            if (!double.IsFinite(number))
            {
                return false;
            }
        }

        return true;
    }

    private static double X(double x, ImageSize size) => Quarter(x, size.Width);

    private static double Y(double y, ImageSize size) => Quarter(y, size.Height);

    // The sum makes of a negative zero a plain one, which is written differently.
    private static double Quarter(double value, int most) => (Math.Round(Math.Clamp(value, 0, most) * 4) / 4) + 0.0;

    private static string Describe(IReadOnlyList<Region> regions, ImageSize size)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}");
        foreach (var region in regions)
        {
            if (region.Box is { } box)
            {
                text.Append(CultureInfo.InvariantCulture, $"|b{box.X0},{box.Y0},{box.X1},{box.Y1}");
            }
            else if (region.Points is { } points)
            {
                text.Append("|p");
                for (var i = 0; i < points.Count; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{points[i].X},{points[i].Y},{region.Labels![i]};");
                }
            }
            else
            {
                text.Append("|g");
                foreach (var (x, y) in region.Polygon!)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{x},{y};");
                }
            }
        }

        return text.ToString();
    }
}
