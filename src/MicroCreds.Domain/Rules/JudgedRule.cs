using System.Collections.Immutable;

namespace MicroCreds.Domain.Rules;

/// <summary>A rule with its finding and the days on which it was in force.</summary>
/// <param name="Rule">Rule.</param>
/// <param name="Finding">Finding.</param>
/// <param name="OnAward">In force on the day of award.</param>
/// <param name="OnApplication">In force on the day of application.</param>
internal sealed record JudgedRule(EquivalenceRule Rule, RuleFinding Finding, bool OnAward, bool OnApplication)
{
    internal bool Matched => Finding.Matched;

    /// <summary>Conditions that failed; not being in force counts as one.</summary>
    internal int Misses => Finding.Conditions.Count(c => !c.Held) + (Finding.InForce ? 0 : 1);

    /// <summary>The one condition that failed although the rule was in force; null otherwise.</summary>
    internal RuleCondition? OnlyMissed => Finding.InForce && Misses == 1 ? Rule.Conditions[Finding.Conditions.ToList().FindIndex(c => !c.Held)] : null;

    internal static JudgedRule Of(EquivalenceRule rule, SourceFacts facts, OutcomeCoverage? coverage, RuleDatePolicy policy)
    {
        var onAward = rule.InForceOn(facts.Achievement.AwardedOn);
        var onApplication = rule.InForceOn(facts.AppliedOn);
        var inForce = policy switch
        {
            RuleDatePolicy.AwardDate => onAward,
            RuleDatePolicy.ApplicationDate => onApplication,
            _ => onAward || onApplication,
        };
        ImmutableArray<ConditionFinding> conditions = [.. rule.Conditions.Select(c => ConditionJudge.Judge(c, facts, coverage))];
        var matched = inForce && conditions.Length > 0 && conditions.All(c => c.Held);
        return new(rule, new(rule.Id, rule.Target, rule.Rank, rule.Priority, inForce, matched, conditions), onAward, onApplication);
    }

    /// <summary>Strongest first: rank, then priority, then identifier. The order never decides between two that differ only in the last.</summary>
    internal static IOrderedEnumerable<JudgedRule> Ordered(IEnumerable<JudgedRule> rules) =>
        rules.OrderBy(r => r.Rule.Rank).ThenByDescending(r => r.Rule.Priority).ThenBy(r => r.Rule.Id.Value, StringComparer.Ordinal);
}
