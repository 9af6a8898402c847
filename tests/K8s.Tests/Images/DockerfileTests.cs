using System.Xml.Linq;
using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Images;

/// <summary>The Dockerfile copies what there is and all that is needed, and makes what the manifests run.</summary>
public sealed class DockerfileTests
{
    private static readonly IReadOnlyList<string> Lines = [.. File.ReadAllText(Repository.Path("Dockerfile"))
        .Replace("\\\n", " ").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#'))];

    [Fact]
    public void What_is_copied_is_there_and_not_ignored()
    {
        var ignored = File.ReadAllLines(Repository.Path(".dockerignore"));
        Assert.NotEmpty(Copied());
        foreach (var path in Copied())
        {
            Assert.True(Path.Exists(Repository.Path(path)), $"{path} is not in the repository.");
            Assert.True(
                ignored.Any(
                    line => line.StartsWith('!') && (path == line[1..] || path.StartsWith(line[1..] + "/", StringComparison.Ordinal))),
                $"{path} is not let in by .dockerignore.");
        }

        Assert.All(
            ignored.Where(line => line.StartsWith('!')),
            line => Assert.True(Path.Exists(Repository.Path(line[1..])), $"{line} lets in what is not there."));
    }

    [Fact]
    public void Every_project_that_the_silo_needs_is_copied()
    {
        var projects = ProjectsOf("Silo/Silo.csproj").Order().ToList();
        Assert.Contains("Grains/Grains.csproj", projects);
        Assert.Equal(projects, Copied().Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Order());
        Assert.All(projects, project => Assert.Contains(project[..project.IndexOf('/', StringComparison.Ordinal)], Copied()));
        Assert.All(
            Directory.EnumerateFiles(Repository.Root, "Directory.*.*").Select(Path.GetFileName), file => Assert.Contains(file, Copied()));
    }

    [Fact]
    public void Both_images_that_the_overlays_name_are_made()
    {
        var targets = Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))
            .Select(line => line.Split(" AS ")[1])
            .ToList();
        var tags = Overlay.Applied.SelectMany(folder => Overlay.Of(folder).Loupe)
            .Select(deployment => ((string)deployment.Container["image"]!).Split(':')[1])
            .Distinct()
            .Order();
        Assert.Equal(["cpu", "cuda"], tags);
        Assert.All(tags, tag => Assert.Contains(tag, targets));

        // Without --target the last is made, which runs everywhere.
        Assert.Equal("cpu", targets[^1]);
    }

    [Fact]
    public void Images_run_as_the_user_and_on_the_ports_of_the_manifests()
    {
        var silo = Overlay.Of("overlays/cpu").Single("Deployment", "loupe-silo");
        var user = $"{silo.Pod["securityContext"]!["runAsUser"]}:{silo.Pod["securityContext"]!["runAsGroup"]}";
        var users = Lines.Where(line => line.StartsWith("USER ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, users.Count);
        Assert.All(users, line => Assert.Equal($"USER {user}", line));
        Assert.All(
            Lines.Where(line => line.StartsWith("EXPOSE ", StringComparison.Ordinal)),
            line => Assert.Equal($"EXPOSE {silo.Ports["http"]} {silo.Ports["silo"]} {silo.Ports["management"]}", line));
        Assert.All(
            Lines.Where(line => line.StartsWith("ENTRYPOINT ", StringComparison.Ordinal)),
            line => Assert.Contains("/app/Loupe.Silo.dll", line));
    }

    [Fact]
    public void Variables_of_the_images_set_something()
    {
        var names = Lines.Where(line => line.StartsWith("ENV ", StringComparison.Ordinal))
            .SelectMany(line => line[4..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(word => word.Split('=')[0])
            .Where(name => name.StartsWith(Pods.Settings.Prefix, StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(Pods.Settings.Knows(name), $"{name} sets nothing."));
    }

    /// <summary>What comes from the repository, and not from another stage.</summary>
    private static IReadOnlyList<string> Copied() => [.. Lines
        .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1])];

    /// <summary>A project and those that it refers to.</summary>
    private static HashSet<string> ProjectsOf(string project)
    {
        HashSet<string> all = [project];
        var references = XDocument.Load(Repository.Path(project)).Descendants("ProjectReference")
            .Select(reference => (string)reference.Attribute("Include")!);
        foreach (var reference in references)
        {
            var path = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.Path(Path.GetDirectoryName(project)!, reference)));
            all.UnionWith(ProjectsOf(path));
        }

        return all;
    }
}
