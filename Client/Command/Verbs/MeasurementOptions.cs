using System.CommandLine;
using System.CommandLine.Parsing;

namespace Loupe.Command.Verbs;

/// <summary>Options that measuring verbs share.</summary>
internal static class MeasurementOptions
{
    private const string DefaultServer = "http://127.0.0.1:8080";

    public static Option<Uri> Server() => new("--server")
    {
        Description = $"The server; {DefaultServer} or LOUPE_SERVER when not given.",
        DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable("LOUPE_SERVER") is { Length: > 0 } set ? set : DefaultServer),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"{result.Tokens[0].Value} is no http or https URL");
            return null;
        },
    };

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
