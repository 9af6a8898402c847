using System.Globalization;
using System.Text;

namespace Loupe.Command.Drawing;

/// <summary>
/// Letters as strokes on a grid of 4 × 6, y down, so that a drawing looks the same where no font is installed. Each
/// letter is a list of polylines, each a row of points, each point two digits: x and y.
/// </summary>
internal static class StrokeFont
{
    /// <summary>Width of a letter with the gap behind it, in units of the grid.</summary>
    public const double Advance = 5.5;

    public const double Height = 6;

    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['0'] = "103041453616050110",
        ['1'] = "112026 1636",
        ['2'] = "01103041420646",
        ['3'] = "0110304142334445361605 1333",
        ['4'] = "36300444",
        ['5'] = "400003334445361605",
        ['6'] = "4130100105163645443303",
        ['7'] = "004016",
        ['8'] = "103041423313020110 1304051636454433",
        ['9'] = "4313020110304145361605",
        ['a'] = "4246 4332120305163645",
        ['b'] = "0006 0312324345361605",
        ['c'] = "4332120305163645",
        ['d'] = "4046 4332120305163645",
        ['e'] = "04444332120305163645",
        ['f'] = "40302126 1232",
        ['g'] = "4247381807 4332120305163645",
        ['h'] = "0006 0312324346",
        ['i'] = "2226 2020",
        ['j'] = "32372818 3030",
        ['k'] = "0006 4204 2446",
        ['l'] = "202536",
        ['m'] = "0206 03122326 23324346",
        ['n'] = "0206 0312324346",
        ['o'] = "123243453616050312",
        ['p'] = "0208 0312324345361605",
        ['q'] = "4248 4332120305163645",
        ['r'] = "0206 041332",
        ['s'] = "43321203143445361605",
        ['t'] = "202536 0242",
        ['u'] = "0205163645 4246",
        ['v'] = "022642",
        ['w'] = "0216233642",
        ['x'] = "0246 4206",
        ['y'] = "0224 4208",
        ['z'] = "02420646",
        ['%'] = "4006 0010110100 3545463635",
        ['.'] = "2626",
        [','] = "2517",
        ['-'] = "1333",
        ['\''] = "2021",
        ['?'] = "01103041422324 2626",
        ['!'] = "2024 2626",
        ['['] = "30101636",
        [']'] = "10303616",
        ['+'] = "2125 0343",
        [':'] = "2323 2626",
    };

    /// <summary>An SVG path of a text; its top left is (x, y).</summary>
    public static string Path(string text, double x, double y, double size)
    {
        var unit = size / Height;
        var path = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant())
        {
            if (Glyphs.TryGetValue(letter, out var glyph))
            {
                foreach (var line in glyph.Split(' '))
                {
                    for (var i = 0; i + 1 < line.Length; i += 2)
                    {
                        path.Append(
                            CultureInfo.InvariantCulture,
                            $"{(i == 0 ? 'M' : 'L')}{x + ((line[i] - '0') * unit):0.##} {y + ((line[i + 1] - '0') * unit):0.##}");
                    }
                }
            }

            x += Advance * unit;
        }

        return path.ToString();
    }

    public static double WidthOf(string text, double size) => text.Length * Advance * size / Height;
}
