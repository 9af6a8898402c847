using System.CommandLine;
using System.Globalization;
using Loupe.Bundler.Hub;
using Spectre.Console;

namespace Loupe.Bundler.Verbs;

/// <summary><c>loupe pull [NAME]</c>: a public model, fetched, checked and made a bundle.</summary>
internal static class PullVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "Which; without one, what there is.", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from")
        {
            Description = "A folder, or the URL of one, in the publisher's layout, instead of the hub; any name will do then.",
            HelpName = "URL|DIR",
        };
        var models = Verb.Models();
        var command = new Command("pull", "Fetch a public model, checked and resumed, and make it a bundle.") { name, from, models };
        command.SetAction((parsed, cancellation) => Verb.RunAsync(async () =>
        {
            if (parsed.GetValue(name) is not { } asked)
            {
                Console.WriteLine(Listing());
                return Verb.Success;
            }

            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            http.DefaultRequestHeaders.UserAgent.ParseAdd("loupe");
            var store = new ModelStore(parsed.GetValue(models)!);
            var source = SourceOf(asked, parsed.GetValue(from), http);
            await AnsiConsole.Progress()
                .Columns(
                    new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                    new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    ProgressTask? bar = null;
                    await new Puller(store, source).PullAsync(asked, new PullProgress(
                        (file, done, total) =>
                        {
                            if (bar?.Description != Markup.Escape(file))
                            {
                                bar = progress.AddTask(Markup.Escape(file), maxValue: Math.Max(1, total ?? 1));
                            }

                            (bar.MaxValue, bar.Value) = (Math.Max(1, total ?? done), done);
                        },
                        line => AnsiConsole.WriteLine(line)), cancellation);
                });
            Console.WriteLine($"{asked} is here. Serve it: ./loupe up --bundle {asked}");
            return Verb.Success;
        }));
        return command;
    }

    private static string Listing() => string.Join('\n', Catalog.All.Select(model => string.Create(
        CultureInfo.InvariantCulture, $"{model.Name,-20} about {model.Megabytes,5} MB  {model.License,-6} {model.Description}")));

    private static IModelSource SourceOf(string name, string? from, HttpClient http)
    {
        var known = Catalog.Find(name);
        if (from is not null)
        {
            return Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new WebSource(http, new Uri(from.TrimEnd('/') + '/'), Patience, isHub: false)
                : new FolderSource(from);
        }

        if (known is null)
        {
            throw new PullException(
                $"there is no '{name}' to pull; there is {string.Join(", ", Catalog.All.Select(model => model.Name))}. With --from any "
                    + "name will do.");
        }

        var hub = Environment.GetEnvironmentVariable("LOUPE_HUB") is { Length: > 0 } mirror ? mirror : Catalog.Hub;
        return Uri.TryCreate($"{hub.TrimEnd('/')}/{known.Repository}/resolve/{known.Revision}/", UriKind.Absolute, out var root)
            && root.Scheme is "http" or "https"
            ? new WebSource(http, root, Patience, isHub: true)
            : throw new PullException($"LOUPE_HUB should be an address such as {Catalog.Hub}, found '{hub}'.");
    }
}
