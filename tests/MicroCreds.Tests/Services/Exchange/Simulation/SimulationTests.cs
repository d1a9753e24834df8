using System.Globalization;
using Xunit.Abstractions;

namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>
/// The exchange of five institutions under every accident at once. <c>MICROCREDS_SIMULATION_SEED</c> runs one seed again,
/// <c>MICROCREDS_SIMULATION_RUNS</c> says how many are run.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 20260302;

    [Fact]
    public void every_statement_arrives_once_in_order_and_is_receipted_the_same_on_both_sides()
    {
        foreach (var seed in Seeds(20))
        {
            using var federation = new SimulatedFederation(seed, PlantedBug.None).Run();
            output.WriteLine($"seed {seed}: {federation.Summary}");
            Assert.True(federation.Findings.Count == 0, $"MICROCREDS_SIMULATION_SEED={seed}\n{string.Join("\n", federation.Findings)}");
        }
    }

    [Fact]
    public void the_same_seed_gives_the_same_run()
    {
        using var first = new SimulatedFederation(FirstSeed, PlantedBug.None).Run();
        using var second = new SimulatedFederation(FirstSeed, PlantedBug.None).Run();
        using var other = new SimulatedFederation(FirstSeed + 1, PlantedBug.None).Run();
        var summary = first.Summary;
        Assert.Equal(summary, second.Summary);
        Assert.NotEqual(summary, other.Summary);
    }

    /// <summary>A checker that finds nothing proves nothing until it has found what was put there.</summary>
    [Theory]
    [InlineData(PlantedBug.CursorBeforeStatements)]
    [InlineData(PlantedBug.DuplicateAsNew)]
    [InlineData(PlantedBug.SignsAgain)]
    [InlineData(PlantedBug.DecisionBeforeStatement)]
    [InlineData(PlantedBug.ReceiptForgotten)]
    [InlineData(PlantedBug.DecidesTwice)]
    public void finds_a_planted_bug(PlantedBug bug)
    {
        for (var seed = FirstSeed; seed < FirstSeed + 60; seed++)
        {
            using var federation = new SimulatedFederation(seed, bug).Run();
            if (federation.Findings.Count == 0) continue;
            output.WriteLine($"seed {seed}: {federation.Findings[0]}");
            return;
        }

        Assert.Fail($"Nothing found of {bug} in 60 runs.");
    }

    private static IEnumerable<ulong> Seeds(int usual)
    {
        if (Environment.GetEnvironmentVariable("MICROCREDS_SIMULATION_SEED") is { Length: > 0 } one) return [ulong.Parse(one, CultureInfo.InvariantCulture)];
        var runs = Environment.GetEnvironmentVariable("MICROCREDS_SIMULATION_RUNS") is { Length: > 0 } many ? int.Parse(many, CultureInfo.InvariantCulture) : usual;
        return Enumerable.Range(0, runs).Select(i => FirstSeed + (ulong)i);
    }
}
