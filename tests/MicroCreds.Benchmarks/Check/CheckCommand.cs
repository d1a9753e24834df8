using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MicroCreds.Benchmarks.Rules;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Benchmarks.Check;

/// <summary>The check before publication on tables of 100,000 rules: many units, a hundred, one, and one under generic rules that overlap with everything.</summary>
internal static class CheckCommand
{
    private const int Rules = 100_000;
    private const int Rounds = 3;
    private static readonly DateOnly Day = new(2026, 3, 2);

    internal static int Run()
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"`check`; {Rules} rules, median of {Rounds} rounds after one that does not count.");
        Console.WriteLine();
        Console.WriteLine("| table | CPU ms | wall ms | pairs in conflict | agreeing | settled | findings |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var generated = new GeneratedTable(Rules, 1);
        var policy = new RecognitionPolicy { HigherEducationInstitutions = [.. generated.Rules.SelectMany(r => r.Conditions).OfType<RuleCondition.AwardingBody>().Select(c => c.Organisation)] };
        Measure($"{generated.Units.Length} units", generated.Units, generated.Rules, policy);
        Measure("100 units", generated.Units[..100], Over(generated, 100), policy);
        Measure("1 unit", generated.Units[..1], Over(generated, 1), policy);
        Measure("1 unit, 300 rules for any field", generated.Units[..1], WithGeneric(Over(generated, 1), 300), policy);
        return 0;
    }

    private static void Measure(string name, ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules, RecognitionPolicy policy)
    {
        var times = new List<(double Cpu, double Wall)>();
        TableCheckResult? result = null;
        for (var round = 0; round <= Rounds; round++)
        {
            var (cpu, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            result = TableCheck.Report(units, rules, [], policy, Day);
            if (round > 0) times.Add(((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, clock.Elapsed.TotalMilliseconds));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {Median(times.Select(t => t.Cpu)):0} | {Median(times.Select(t => t.Wall)):0} | {result?.Conflicts} | {result?.Agreeing} | {result?.Settled} | {result?.Findings.Length} |"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static ImmutableArray<EquivalenceRule> Over(GeneratedTable generated, int units) => [.. generated.Rules.Select((rule, i) => rule with { Target = generated.Units[i % units].Code })];

    private static ImmutableArray<EquivalenceRule> WithGeneric(ImmutableArray<EquivalenceRule> rules, int count) =>
    [
        .. rules.Where(rule => rule.Conditions.Any(c => c is RuleCondition.AwardingBody)),
        .. Enumerable.Range(0, count).Select(i => rules[0] with
        {
            Id = RuleId.Parse(string.Create(CultureInfo.InvariantCulture, $"G{i}")), Priority = i, Automatic = false, ValidFrom = null, ValidUntil = null,
            Conditions = [new RuleCondition.EqfLevelAtLeast(1 + (i % 8)), new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(100 * (1 + (i / 8))))],
        }),
    ];
}
