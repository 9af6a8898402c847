using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Loupe.Silo.Tests.Docs;

/// <summary>The docstrings of an assembly, as Markdown.</summary>
internal sealed partial class XmlDocs(Assembly assembly)
{
    private readonly Dictionary<string, XElement> _members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public string SummaryOf(Type type) => Summary($"T:{type.FullName}");

    public string SummaryOf(PropertyInfo property) => Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Summary(string member) =>
        _members.GetValueOrDefault(member)?.Element("summary") is { } summary
            ? Space().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
            : "";

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        XElement other => other.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
