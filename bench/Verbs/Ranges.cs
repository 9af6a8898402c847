using System.CommandLine.Parsing;

namespace Loupe.Bench.Verbs;

/// <summary>What options may be.</summary>
internal static class Ranges
{
    public static Action<OptionResult> Between<T>(T least, T most)
        where T : struct, IComparable<T> => result =>
    {
        if (result.GetValueOrDefault<T>() is var value && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
        {
            result.AddError($"{result.Option.Name} is {least} to {most}");
        }
    };
}
