using System.CommandLine;
using Loupe.Command.Verbs;

const int BadUsage = 2;

var parsed = new RootCommand("Ask a Loupe server.") { EvalVerb.Create(), BenchVerb.Create() }.Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? BadUsage : code;
