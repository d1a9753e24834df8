using System.Collections.Immutable;
using System.Diagnostics;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Benchmarks.Rules;

/// <summary>
/// The plain way: every rule in turn, its cheap conditions first, written without a look at the product's code so that agreeing with it
/// says something. Knows the conditions that <see cref="GeneratedTable"/> uses.
/// </summary>
internal static class LinearScan
{
    /// <summary>Number of matching rules, and the first of them by rank, priority and identifier.</summary>
    internal static (int Count, EquivalenceRule? Strongest) Match(ImmutableArray<EquivalenceRule> rules, RuleInput input)
    {
        var count = 0;
        EquivalenceRule? strongest = null;
        foreach (var rule in rules)
        {
            if (rule.ValidFrom > input.AppliedOn || rule.ValidUntil < input.AppliedOn || !AllHold(rule, input)) continue;
            count++;
            if (strongest is null || Before(rule, strongest)) strongest = rule;
        }

        return (count, strongest);
    }

    /// <summary>Share of outcomes covered, in percent: every generated unit has the same four, each covered by two of eight.</summary>
    internal static int Coverage(RuleInput input) => 25 * input.Achievement.Outcomes.Select(o => (o.Id[^1] - '0') % 4).Distinct().Count();

    private static bool AllHold(EquivalenceRule rule, RuleInput input)
    {
        foreach (var condition in rule.Conditions)
        {
            if (!Holds(condition, input)) return false;
        }

        return true;
    }

    private static bool Holds(RuleCondition condition, RuleInput input) => condition switch
    {
        RuleCondition.AchievementCode c => c.Code == input.Achievement.Codes[0],
        RuleCondition.AwardingBody c => c.Organisation.Value == input.AwardingBody.Value,
        RuleCondition.IscedField c => input.Achievement.IscedFields[0].StartsWith(c.Prefix, StringComparison.Ordinal),
        RuleCondition.EqfLevelAtLeast c => input.Achievement.EqfLevel >= c.Level,
        RuleCondition.CreditsAtLeast c => input.Achievement.Credits?.Hundredths >= c.Credits.Hundredths,
        RuleCondition.AwardedBetween c => (c.From is null || input.Achievement.AwardedOn >= c.From) && (c.Until is null || input.Achievement.AwardedOn <= c.Until),
        RuleCondition.QualityAssured => !input.Achievement.Accreditations.IsEmpty,
        RuleCondition.OutcomeCoverageAtLeast c => Coverage(input) >= c.Percent,
        _ => throw new UnreachableException(),
    };

    private static bool Before(EquivalenceRule one, EquivalenceRule other) =>
        one.Rank != other.Rank ? one.Rank < other.Rank
        : one.Priority != other.Priority ? one.Priority > other.Priority
        : string.CompareOrdinal(one.Id.Value, other.Id.Value) < 0;
}
