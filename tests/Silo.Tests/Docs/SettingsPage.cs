using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Loupe.Silo.Tests.Docs;

/// <summary>
/// Every setting with its default, as Markdown: from the options of the code and their docstrings, and from
/// <c>appsettings.json</c> where a setting is of no options.
/// </summary>
internal static partial class SettingsPage
{
    private static readonly string[] Order = [
        "Silo", "Loupe", "Gateway", "Auth", "Limits", "Batch", "Cluster", "Redis", "Tracing", "Logging"
    ];

    /// <summary>A heading and its table for every section that this build has.</summary>
    public static IReadOnlyDictionary<string, string> Sections()
    {
        var options = Directory.GetFiles(AppContext.BaseDirectory, "Loupe.*.dll")
            .Where(
                file =>
                    !Path.GetFileName(file).Contains(".Tests.", StringComparison.Ordinal)
                        && File.Exists(Path.ChangeExtension(file, ".xml")))
            .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))
            .SelectMany(assembly => assembly.GetTypes())
            .Select(type => (Type: type, Section: SectionOf(type)))
            .Where(found => found.Section is not null)
            .ToList();
        var inFile = SettingsFile.Read();
        return options.Select(found => found.Section!.Split(':')[0]).Append("Logging").Distinct()
            .OrderBy(section => Array.IndexOf(Order, section) is var at && at < 0 ? Order.Length : at)
                .ThenBy(section => section, StringComparer.Ordinal)
            .ToDictionary(section => section, section => Section(
                section,
                [
                    .. options.Where(
                        found =>
                            found.Section == section
                                || found.Section!.StartsWith($"{section}:", StringComparison.Ordinal)).OrderBy(found =>
                                    found.Section, StringComparer.Ordinal),
                ],
                inFile));
    }

    private static string? SectionOf(Type type) =>
        type.Name.EndsWith("Options", StringComparison.Ordinal)
            ? type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
            : null;

    private static string Section(string section, (Type Type, string? Section)[] options, IReadOnlyList<SettingInFile> inFile)
    {
        var page = new StringBuilder($"### {section}\n\n");
        if (options.Length > 0 && new XmlDocs(options[0].Type.Assembly).SummaryOf(options[0].Type) is { Length: > 0 } summary)
        {
            page.Append(Sentence().Replace(summary, "").Trim()).Append("\n\n");
        }

        page.Append("| setting | default | |\n|---|---|---|\n");
        var told = new HashSet<string>();
        foreach (var (type, of) in options)
        {
            Rows(page, told, of!, type, Activator.CreateInstance(type)!);
        }

        foreach (var setting
            in inFile.Where(setting => setting.Key.StartsWith($"{section}:", StringComparison.Ordinal) && !told.Contains(setting.Key)))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{setting.Key}` | {Default(setting.Default)} | {Cell(setting.Comment)} |\n");
        }

        return page.ToString();
    }

    private static void Rows(StringBuilder page, HashSet<string> told, string section, Type type, object defaults)
    {
        var docs = new XmlDocs(type.Assembly);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{section}:{property.Name}";
            if (IsOptions(property.PropertyType))
            {
                Rows(page, told, key, property.PropertyType, property.GetValue(defaults)!);
            }
            else if (ElementOf(property.PropertyType) is { } element)
            {
                told.Add(key);
                page.Append(CultureInfo.InvariantCulture, $"| `{key}` | none | {Cell(Meaning(docs.SummaryOf(property)).Text)} |\n");
                Rows(page, told, $"{key}:0", element, Activator.CreateInstance(element)!);
            }
            else if (property.SetMethod is not null)
            {
                told.Add(key);
                var (text, said) = Meaning(docs.SummaryOf(property));
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{key}` | {Default(property.GetValue(defaults), said)} | {Cell($"{text}{Range(property)}")} |\n");
            }
        }
    }

    private static bool IsOptions(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] && IsOptions(element) ? element : null;

    /// <summary>What a docstring says, and what it says of the default.</summary>
    private static (string Text, string Default) Meaning(string summary)
    {
        var said = SaidDefault().Match(summary);
        return said.Success
            ? (
                $"{summary[..said.Index].TrimEnd()} {summary[(said.Index + said.Length)..].TrimStart()}".Trim(),
                said.Groups["default"].Value.Trim())
            : (summary, "");
    }

    private static string Default(object? value, string said) => value switch
    {
        // What a machine is like is no default to write down.
        string name when name == Environment.MachineName => said,
        int processors when said.Contains("processor", StringComparison.Ordinal) && processors == Environment.ProcessorCount => said,
        null or "" or Array { Length: 0 } => said.Length > 0 ? Cell(said) : "none",
        bool flag => flag ? "`true`" : "`false`",
        _ when Convert.ToString(value, CultureInfo.InvariantCulture) is var text =>
            said.Length == 0 || Plain(said) == Plain(text!)
                ? $"`{text}`"
                : $"`{text}` ({Cell(Beyond(text!, said))})",
        _ => throw new InvalidOperationException(),
    };

    private static string Beyond(string text, string said) =>
        Plain(said).StartsWith($"{text},", StringComparison.Ordinal) ? said[(text.Length + 1)..].Trim() : said;

    private static string Default(string json) => json is "null" or "\"\"" or "[]" ? "none" : $"`{json.Trim('"')}`";

    private static string Plain(string text) => text.Replace(" ", "", StringComparison.Ordinal).Trim('`');

    private static string Range(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return "";
        }

        var unbounded = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) >= int.MaxValue;
        return unbounded
            ? string.Create(CultureInfo.InvariantCulture, $" (from {range.Minimum})")
            : string.Create(CultureInfo.InvariantCulture, $" ({range.Minimum} to {range.Maximum})");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"Default: (?<default>(?:[^.`]|`[^`]*`|\.(?=\d))+)\.(?=\s|$)")]
    private static partial Regex SaidDefault();

    [GeneratedRegex(@"Section `[A-Za-z:]+` of the configuration\.")]
    private static partial Regex Sentence();
}
