using System.CommandLine.Parsing;

namespace Loupe.Command.Verbs;

/// <summary>Options that measuring verbs share.</summary>
internal static class MeasurementOptions
{
    public static Action<OptionResult> AtLeastOne<T>(Func<T, int?> number) => result =>
    {
        if (result.GetValueOrDefault<T>() is { } value && number(value) < 1)
        {
            result.AddError($"{result.Option.Name} is at least 1");
        }
    };

    public static void Share(OptionResult result)
    {
        if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
        {
            result.AddError($"{result.Option.Name} is a share, 0 to 1");
        }
    }
}
