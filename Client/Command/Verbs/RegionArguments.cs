using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Loupe.Command.Verbs;

/// <summary><c>--box</c>, <c>--point</c> and <c>--polygon</c>: their order on the command line makes them [0], [1] …</summary>
internal sealed class RegionArguments
{
    private readonly Option<string[]> _boxes = Repeatable("--box", "A region: x0,y0,x1,y1 in pixels. Repeatable; the order gives [0], [1] …");
    private readonly Option<string[]> _points = Repeatable("--point", "A region: x,y in pixels. Repeatable.");
    private readonly Option<string[]> _polygons = Repeatable("--polygon", "A region: x,y,x,y,x,y… in pixels. Repeatable.");

    public void AddTo(System.CommandLine.Command command)
    {
        command.Options.Add(_boxes);
        command.Options.Add(_points);
        command.Options.Add(_polygons);
    }

    /// <exception cref="UsageException">A region that is none.</exception>
    public IReadOnlyList<Region> Read(ParseResult parsed)
    {
        List<Region> regions = [];
        string? option = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                option = token.Value;
            }
            else if (option is "--box" or "--point" or "--polygon" && token.Type == TokenType.Argument)
            {
                regions.Add(Read(option, token.Value));
                option = null;
            }
        }

        return regions;
    }

    internal static Region Read(string option, string text)
    {
        var parts = text.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new UsageException($"{option} {text}: '{parts[i]}' is not a number.");
            }
        }

        return (option, numbers.Length) switch
        {
            ("--box", 4) => Region.OfBox(numbers[0], numbers[1], numbers[2], numbers[3]),
            ("--point", 2) => Region.OfPoint(numbers[0], numbers[1]),
            ("--polygon", >= 6) when numbers.Length % 2 == 0 =>
                new Region { Polygon = [.. numbers.Chunk(2).Select(pair => new Point(pair[0], pair[1]))] },
            ("--box", _) => throw new UsageException($"--box {text}: a box is x0,y0,x1,y1."),
            ("--point", _) => throw new UsageException($"--point {text}: a point is x,y."),
            _ => throw new UsageException($"--polygon {text}: a polygon is at least three x,y pairs."),
        };
    }

    private static Option<string[]> Repeatable(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };
}
