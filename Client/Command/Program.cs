using System.CommandLine;
using Loupe.Command.Verbs;

return await new RootCommand("Ask a Loupe server.") { EvalVerb.Create(), BenchVerb.Create() }.Parse(args).InvokeAsync();
