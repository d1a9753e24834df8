namespace MicroCreds.Domain.Rules;

/// <summary>A candidate with what it misses. Most candidates are never spoken of, so the words of its finding are made when they are read.</summary>
internal sealed class JudgedRule
{
    private readonly SourceFacts _facts;
    private readonly TargetUnit? _unit;
    private readonly OutcomeCoverage? _coverage;

    private JudgedRule(EquivalenceRule rule, SourceFacts facts, TargetUnit? unit, OutcomeCoverage? coverage, RuleDatePolicy policy)
    {
        (Rule, _facts, _unit, _coverage) = (rule, facts, unit, coverage);
        InForce = policy switch
        {
            RuleDatePolicy.AwardDate => rule.InForceOn(facts.Achievement.AwardedOn),
            RuleDatePolicy.ApplicationDate => rule.InForceOn(facts.AppliedOn),
            _ => rule.InForceOn(facts.Achievement.AwardedOn) || rule.InForceOn(facts.AppliedOn),
        };
        Misses = InForce ? 0 : 1;
        foreach (var condition in rule.Conditions)
        {
            if (ConditionJudge.Holds(condition, facts, unit)) continue;
            Misses++;
            OnlyMissed = condition;
        }

        if (!InForce || Misses != 1) OnlyMissed = null;
    }

    internal EquivalenceRule Rule { get; }
    internal bool InForce { get; }
    internal bool Matched => Misses == 0 && Rule.Conditions.Length > 0;

    /// <summary>Conditions that failed; not being in force counts as one.</summary>
    internal int Misses { get; }

    /// <summary>The one condition that failed although the rule was in force; null otherwise.</summary>
    internal RuleCondition? OnlyMissed { get; }

    /// <summary>What was asked, what was there and whether it held, condition by condition.</summary>
    internal RuleFinding Finding => field ??= new(
        Rule.Id, Rule.Target, Rule.Rank, Rule.Priority, InForce, Matched, [.. Rule.Conditions.Select(c => ConditionJudge.Judge(c, _facts, _unit, _coverage))]);

    internal static JudgedRule Of(EquivalenceRule rule, SourceFacts facts, TargetUnit? unit, OutcomeCoverage? coverage, RuleDatePolicy policy) =>
        new(rule, facts, unit, coverage, policy);

    /// <summary>Strongest first: rank, then priority, then identifier. The order never decides between two that differ only in the last.</summary>
    internal static IOrderedEnumerable<JudgedRule> Ordered(IEnumerable<JudgedRule> rules) =>
        rules.OrderBy(r => r.Rule.Rank).ThenByDescending(r => r.Rule.Priority).ThenBy(r => r.Rule.Id.Value, StringComparer.Ordinal);
}
