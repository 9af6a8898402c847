using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Loupe.Engine.Hosting;

/// <summary>Checks every part of the options; each message names the key to mend.</summary>
internal sealed class EngineOptionsValidator : IValidateOptions<EngineOptions>
{
    public ValidateOptionsResult Validate(string? name, EngineOptions options)
    {
        List<string> errors = [];
        Check(options, EngineOptions.Section, errors);
        Check(options.Limits, $"{EngineOptions.Section}:{nameof(options.Limits)}", errors);
        Check(options.Features, $"{EngineOptions.Section}:{nameof(options.Features)}", errors);
        Check(options.Answers, $"{EngineOptions.Section}:{nameof(options.Answers)}", errors);
        Check(options.Queue, $"{EngineOptions.Section}:{nameof(options.Queue)}", errors);
        try
        {
            options.Device.Validate();
        }
        catch (ArgumentException error)
        {
            errors.Add($"{EngineOptions.Section}:{nameof(options.Device)}: {error.Message}");
        }

        if (options.Device.IsSimulated && !options.AllowSimulatedDevice)
        {
            errors.Add(
                $"{EngineOptions.Section}:{nameof(options.Device)}: a simulated device computes nothing and its answers mean nothing; "
                + $"it is for measuring, and wants {EngineOptions.Section}:{nameof(options.AllowSimulatedDevice)}=true.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(object part, string section, List<string> errors)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true);
        errors.AddRange(results.Select(result => $"{section}: {result.ErrorMessage}"));
    }
}
