namespace Loupe.Bench.Charts;

/// <summary>Text in SVG.</summary>
internal static class SvgText
{
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
