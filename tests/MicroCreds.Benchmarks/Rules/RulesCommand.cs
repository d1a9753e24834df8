using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Benchmarks.Rules;

/// <summary>Matches and assessments on generated tables, beside a plain scan and, where it is installed, Zen.</summary>
internal static class RulesCommand
{
    private const int Rounds = 5;
    private const int MostComparisons = 200_000_000;
    private const RuleDatePolicy Policy = RuleDatePolicy.ApplicationDate;

    internal static int Run(string[] args)
    {
        if (RulesOptions.Parse(args) is not { } options) return 2;
        Console.WriteLine($"{Machine.Describe()}");
        Console.WriteLine($"`rules {string.Join(' ', args)}`; per operation {ThreadClock.Name} (median of {Rounds} rounds, interleaved), wall time at the median and the 99th percentile.");
        Console.WriteLine();
        var rows = new List<string>();
        var built = new List<string>();
        foreach (var count in options.Sizes)
        {
            var generated = new GeneratedTable(count, options.Seed);
            var compiled = Compile(generated, built);
            if (!Agree(generated, compiled, built)) return 1;
            var samples = Samples(generated, compiled);
            foreach (var sample in samples) sample.WarmUp(options.WarmUp / samples.Length);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var sample in samples) sample.Round(options.Measured / (2 * Rounds * samples.Length));
            }

            rows.AddRange(samples.Select(s => s.Row(count)));
            if (options.Zen) rows.Add(ZenEngine.Row(generated));
            GC.KeepAlive(compiled);
        }

        Console.WriteLine("| rules | measured | per CPU second | CPU µs | median µs | p99 µs |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var row in rows) Console.WriteLine(row);
        Console.WriteLine();
        Console.WriteLine("| rules | compiled in ms (median of 3) | bytes per rule beyond the rules | inputs on which index and scan agree |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var row in built) Console.WriteLine(row);
        return 0;
    }

    // What is counted: everything alive after compiling that was not alive before, while the rules and units stand by themselves.
    private static CompiledTable Compile(GeneratedTable generated, List<string> built)
    {
        var table = generated.Table;
        var times = new List<double> { CompileOnce(table).Milliseconds, CompileOnce(table).Milliseconds };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (compiled, last) = CompileOnce(table);
        times.Add(last);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)generated.Rules.Length;
        built.Add(string.Create(CultureInfo.InvariantCulture, $"| {generated.Rules.Length:N0} | {times.Order().ElementAt(1):0} | {bytes:0} |"));
        return compiled;
    }

    // By itself, so that no table of an earlier run is still held by this frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (CompiledTable Table, double Milliseconds) CompileOnce(EquivalenceTable table)
    {
        var start = Stopwatch.GetTimestamp();
        var compiled = CompiledTable.Of([table]);
        return (compiled, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static bool Agree(GeneratedTable generated, CompiledTable compiled, List<string> built)
    {
        var matches = new RuleMatches();
        var inputs = generated.Inputs.Take(Math.Max(64, MostComparisons / generated.Rules.Length)).ToArray();
        long matching = 0;
        foreach (var input in inputs)
        {
            Match(compiled, input, null, matches);
            var (count, strongest) = LinearScan.Match(generated.Rules, input);
            matching += count;
            if (count == matches.Count && strongest?.Id == matches.Strongest?.Id) continue;
            Console.Error.WriteLine($"Index and scan differ: {matches.Count} and {count} rules, {matches.Strongest?.Id} and {strongest?.Id}.");
            return false;
        }

        built[^1] += string.Create(CultureInfo.InvariantCulture, $" all {inputs.Length:N0}; {matching / (double)inputs.Length:0.0} rules match on average |");
        return true;
    }

    private static Sample[] Samples(GeneratedTable generated, CompiledTable compiled)
    {
        var matches = new RuleMatches();
        var assessments = generated.Inputs.Select(i => Assessment(i, compiled)).ToArray();
        return
        [
            new("match in the whole table", n =>
            {
                Match(compiled, generated.Inputs[n % generated.Inputs.Length], null, matches);
                return matches.Strongest?.Priority ?? 0;
            }),
            new("match for the unit asked", n =>
            {
                var input = generated.Inputs[n % generated.Inputs.Length];
                Match(compiled, input, input.Unit, matches);
                return matches.Strongest?.Priority ?? 0;
            }),
            new("assessment with full explanation", n => AssessmentEngine.Assess(assessments[n % assessments.Length]).Explanation.Length),
            new("plain scan of every rule", n => LinearScan.Match(generated.Rules, generated.Inputs[n % generated.Inputs.Length]).Count),
        ];
    }

    private static void Match(CompiledTable compiled, RuleInput input, UnitCode? unit, RuleMatches matches) =>
        compiled.Match(input.Achievement, input.AwardingBody, unit, input.AppliedOn, Policy, GradeTableSet.Empty, matches);

    private static AssessmentInput Assessment(RuleInput input, CompiledTable compiled) => new()
    {
        Institution = OrganisationId.Parse("uni-roma.example"),
        Table = compiled,
        Policy = new() { RuleDate = Policy, HigherEducationInstitutions = [input.AwardingBody] },
        Achievement = input.Achievement,
        Credential = new() { Digest = Sha256Digest.Of("file"u8), Verdict = Verdict.Accept, Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "", "")] },
        AwardingBody = input.AwardingBody,
        Programme = ProgrammeCode.Parse("L-33"),
        Target = input.Unit,
        AppliedOn = input.AppliedOn,
    };
}
