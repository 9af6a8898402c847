namespace Loupe.Bench.Verbs;

/// <summary>The verbs of <c>./loupe bench</c> that measure clusters.</summary>
internal static class VerbNames
{
    public const string Simulate = "simulate";
    public const string Scale = "scale";
    public const string Chaos = "chaos";
    public const string Hops = "hops";
    public const string Autoscale = "autoscale";
    public const string Dashboard = "dashboard";

    /// <summary>What <see cref="Dashboard"/> does, which either feed can.</summary>
    public const string WhatDashboard = "Every query of the Grafana dashboard and every rule, put to a real Prometheus that scrapes servers under load.";

    /// <summary>Every verb with what it does.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        (Simulate, "Up to 64 silos in virtual time, driving the cluster's own placement."),
        (Scale, "Throughput of 1, 2, 3 … real silo processes on a simulated device, against linear."),
        (Chaos, "Silos killed and drained under load, and every answer checked."),
        (Hops, "What a grain hop and a transfer of features cost between two processes."),
        (Autoscale, "Silo processes that come and go with the load, as Kubernetes' autoscaler decides, and every answer checked."),
    ];

    public static string What(string name) => All.First(verb => verb.Name == name).What;
}
