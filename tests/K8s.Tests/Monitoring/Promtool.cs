using System.Diagnostics;

namespace Loupe.K8s.Tests.Monitoring;

/// <summary>Prometheus' own checker.</summary>
internal static class Promtool
{
    /// <summary>Skips the test where a program of Prometheus' package is not on the PATH.</summary>
    public static void SkipWithout(string program) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed (apt-get install prometheus).");

    /// <summary>Runs it in the folder of the rules and gives its exit code with what it said; skips the test where there is none.</summary>
    public static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        SkipWithout("promtool");
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Manifests.Repository.Path("k8s", "monitoring", "rules"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (said, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await complaints);
    }
}
