using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Auth;

/// <summary>Refuses keys that could never match, before anybody is locked out by them.</summary>
internal sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.Keys.Count; i++)
        {
            if (!TenantName().IsMatch(options.Keys[i].Tenant))
            {
                failures.Add($"Auth:Keys:{i}:Tenant must be 1 to 64 lower-case letters, digits, '-' or '_'.");
            }

            if (!Hash().IsMatch(options.Keys[i].Sha256))
            {
                failures.Add($"Auth:Keys:{i}:Sha256 must be the SHA-256 of the key, 64 hexadecimal digits.");
            }
        }

        if (
            options.Keys.GroupBy(key => key.Sha256, StringComparer.OrdinalIgnoreCase)
                .Any(same => same.Select(key => key.Tenant).Distinct().Count() > 1))
        {
            failures.Add("Auth:Keys gives one key to two tenants.");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    [GeneratedRegex("^[a-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex TenantName();

    [GeneratedRegex("^[0-9a-fA-F]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
