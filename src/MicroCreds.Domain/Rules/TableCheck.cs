using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Looks through a table before it is published. Source: field reference E.5. Findings are exact, not sampled, and do not depend on the order of rows.
/// </summary>
public static class TableCheck
{
    /// <summary>Most conflicts among the findings: more than anybody reads. The rest is counted.</summary>
    public const int MaxConflicts = 1_000;

    /// <summary>Findings of a table to be published, by rule, unit and code.</summary>
    /// <param name="units">Units of the table.</param>
    /// <param name="rules">Rules of the table.</param>
    /// <param name="others">The institution's other tables as published: their units may be granted, their codes may not be used again.</param>
    /// <param name="policy">Policy, which says who is on which track, which day selects the rules and how much is validated.</param>
    /// <param name="day">Day of publication.</param>
    public static ImmutableArray<TableFinding> Run(
        IReadOnlyCollection<TargetUnit> units, IReadOnlyCollection<EquivalenceRule> rules, IReadOnlyCollection<EquivalenceTable> others, RecognitionPolicy policy, DateOnly day) =>
        Report(units, rules, others, policy, day).Findings;

    /// <summary>Findings as <see cref="Run"/> gives them, and how many overlaps there are that need no finding.</summary>
    /// <inheritdoc cref="Run"/>
    public static TableCheckResult Report(
        IReadOnlyCollection<TargetUnit> units, IReadOnlyCollection<EquivalenceRule> rules, IReadOnlyCollection<EquivalenceTable> others, RecognitionPolicy policy, DateOnly day)
    {
        var known = new Dictionary<UnitCode, TargetUnit>();
        var findings = new List<TableFinding>();
        foreach (var unit in others.SelectMany(t => t.Units).Concat(units))
        {
            if (!known.TryAdd(unit.Code, unit)) findings.Add(new(TableFindingCode.DuplicateCode, FindingSeverity.Error, null, null, unit.Code, $"The unit {unit.Code} stands twice in the institution's tables."));
        }

        var ids = new HashSet<RuleId>();
        var composite = new CompositeCheck(known, policy, day);
        var composites = new List<(EquivalenceRule Rule, bool Own)>();
        var targets = new Dictionary<UnitCode, (TargetRules Rules, WitnessSearch Search)>();
        (EquivalenceRule Rule, bool Own)[] all = [.. others.SelectMany(t => t.Rules).Select(r => (r, false)), .. rules.Select(r => (r, true))];
        Array.Sort(all, static (one, other) => string.CompareOrdinal(one.Rule.Id.Value, other.Rule.Id.Value) is var order and not 0 ? order : one.Own.CompareTo(other.Own));
        foreach (var (rule, own) in all)
        {
            if (!ids.Add(rule.Id)) findings.Add(new(TableFindingCode.DuplicateCode, FindingSeverity.Error, rule.Id, null, null, $"The rule {rule.Id} stands twice in the institution's tables."));
            if (rule.Composite)
            {
                composites.Add((rule, own));
                if (own) findings.AddRange(composite.Findings(rule));
                continue;
            }

            var unit = known.GetValueOrDefault(rule.Target);
            if (!targets.TryGetValue(rule.Target, out var target))
            {
                var made = new TargetRules(unit);
                targets[rule.Target] = target = (made, new(made, policy, day));
            }

            var box = new RuleBox(rule, unit, own);
            if (own) findings.AddRange(new RuleCheck(box, unit, target.Search, policy, day).Findings());
            // What can never match cannot meet another rule; a second row of one identifier is one finding, not two.
            if (box.Known && RuleCheck.WhyUnreachable(box, unit, policy.RuleDate) is null && !(target.Rules.All is [.., var last] && last.Rule.Id == rule.Id)) target.Rules.Add(box);
        }

        long conflicts = 0, agreeing = 0, settled = 0;
        foreach (var (target, search) in targets.OrderBy(t => t.Key.Value, StringComparer.Ordinal).Select(t => t.Value))
        {
            var check = new OverlapCheck(target, search, policy);
            findings.AddRange(check.Findings((int)Math.Max(0, MaxConflicts - conflicts)));
            (conflicts, agreeing, settled) = (conflicts + check.Conflicts, agreeing + check.Agreeing, settled + check.Settled);
        }

        TableFinding[] tied = [.. CompositeCheck.Conflicts(composites)];
        findings.AddRange(tied.Take((int)Math.Max(0, MaxConflicts - conflicts)));
        return new(Sorted(findings), conflicts + tied.Length, agreeing, settled);
    }

    private static ImmutableArray<TableFinding> Sorted(IEnumerable<TableFinding> findings) =>
    [
        .. findings.OrderBy(f => f.Rule?.Value, StringComparer.Ordinal).ThenBy(f => f.Unit?.Value, StringComparer.Ordinal)
            .ThenBy(f => f.Code).ThenBy(f => f.OtherRule?.Value, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal),
    ];
}
