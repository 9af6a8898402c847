using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Loupe.Command.Verbs;

/// <summary><c>--box</c>, <c>--point</c> and <c>--polygon</c>: their order on the command line makes them [0], [1] …</summary>
internal sealed class RegionArguments
{
    private const string Box = "--box";
    private const string Point = "--point";
    private const string Polygon = "--polygon";

    private readonly Option<string[]> _boxes = Repeatable(
        Box, "x0,y0,x1,y1", "A region, in pixels. Repeatable; the order of regions makes them [0], [1] …");
    private readonly Option<string[]> _points = Repeatable(Point, "x,y", "A region. Repeatable.");
    private readonly Option<string[]> _polygons = Repeatable(Polygon, "x,y x,y x,y …", "A region: three corners or more. Repeatable.");

    public void AddTo(System.CommandLine.Command command)
    {
        command.Options.Add(_boxes);
        command.Options.Add(_points);
        command.Options.Add(_polygons);
    }

    /// <summary>
    /// Makes the corners behind a <c>--polygon</c> one argument: an option that took all arguments behind it would take
    /// the question too.
    /// </summary>
    public static string[] Join(IReadOnlyList<string> arguments)
    {
        List<string> joined = [];
        var inside = false;
        foreach (var argument in arguments)
        {
            var corner = argument.Split(',') is [var x, var y] && IsNumber(x) && IsNumber(y);
            if (inside && corner && joined[^1] != Polygon)
            {
                joined[^1] += " " + argument;
                continue;
            }

            inside = argument == Polygon || (inside && corner);
            joined.Add(argument);
        }

        return [.. joined];
    }

    /// <exception cref="UsageException">A region that is none.</exception>
    public static IReadOnlyList<Region> Read(ParseResult parsed)
    {
        List<Region> regions = [];
        string? option = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                option = token.Value;
            }
            else if (option is Box or Point or Polygon && token.Type == TokenType.Argument)
            {
                regions.Add(Read(option, token.Value));
                option = null;
            }
        }

        return regions;
    }

    internal static Region Read(string option, string text)
    {
        var parts = text.Split([',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.FirstOrDefault(part => !IsNumber(part)) is { } odd)
        {
            throw new UsageException($"{option} {text}: '{odd}' is not a number.");
        }

        double[] numbers = [.. parts.Select(part => double.Parse(part, NumberStyles.Float, CultureInfo.InvariantCulture))];
        return (option, numbers) switch
        {
            (Box, [var x0, var y0, var x1, var y1]) when x0 < x1 && y0 < y1 => Region.OfBox(x0, y0, x1, y1),
            (Box, _) =>
                throw new UsageException(
                    $"{option} {text}: a box is x0,y0,x1,y1: left, top, right and bottom in pixels, left before right and top above "
                        + "bottom."),
            (Point, [var x, var y]) => Region.OfPoint(x, y),
            (Point, _) => throw new UsageException($"{option} {text}: a point is x,y in pixels."),
            (_, { Length: >= 6 }) when numbers.Length % 2 == 0 =>
                new Region { Polygon = [.. numbers.Chunk(2).Select(pair => new Loupe.Point(pair[0], pair[1]))] },
            _ => throw new UsageException($"{option} {text}: a polygon is three corners or more, each x,y in pixels."),
        };
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static Option<string[]> Repeatable(string name, string form, string description) =>
        new(name) { Description = description, HelpName = form, Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };
}
