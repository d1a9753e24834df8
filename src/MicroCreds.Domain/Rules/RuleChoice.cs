using System.Collections.Immutable;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Which of the matching rules applies. Source: field reference E.4: rank, then explicit priority, then the more specific; what is still
/// equal and grants differently is a conflict for people. Row order never decides.
/// </summary>
internal abstract record RuleChoice
{
    private RuleChoice() { }

    /// <summary>No rule matched.</summary>
    internal sealed record None : RuleChoice;

    /// <summary>This rule applies.</summary>
    internal sealed record Applies(EquivalenceRule Rule) : RuleChoice;

    /// <summary>Equal rules grant differently.</summary>
    internal sealed record Conflict(ImmutableArray<EquivalenceRule> Rules) : RuleChoice;

    /// <summary>Chooses among the matching rules of one target.</summary>
    /// <param name="matches">Matching rules, in any order.</param>
    /// <param name="policy">Date policy.</param>
    /// <param name="credits">Credits in hundredths that a rule would grant here; tells grants apart and finds the more favourable.</param>
    internal static RuleChoice Among(RuleMatches matches, RuleDatePolicy policy, Func<EquivalenceRule, int> credits)
    {
        if (matches.Count == 1) return new Applies(matches[0]);
        if (policy != RuleDatePolicy.MoreFavourable) return matches is { Strongest: { } strongest, TiedWithStrongest: false } ? new Applies(strongest) : Strongest(Where(_ => true), credits);

        // Each day has its own set of rules; a version that was replaced does not conflict with the one that replaced it.
        var onAward = Strongest(Where(matches.OnAward), credits);
        var onApplication = Strongest(Where(matches.OnApplication), credits);
        return (onAward, onApplication) switch
        {
            (Conflict, _) => onAward,
            (_, Conflict) => onApplication,
            (None, _) => onApplication,
            (_, None) => onAward,
            (Applies a, Applies b) => credits(a.Rule) > credits(b.Rule) ? a : b,
            _ => onApplication,
        };

        EquivalenceRule[] Where(Func<int, bool> day) => [.. Enumerable.Range(0, matches.Count).Where(day).Select(i => matches[i])];
    }

    /// <summary>Chooses among rules of one target that match and are in force on the one day that counts.</summary>
    internal static RuleChoice Among(IEnumerable<EquivalenceRule> matched, Func<EquivalenceRule, int> credits) => Strongest([.. matched], credits);

    private static RuleChoice Strongest(EquivalenceRule[] rules, Func<EquivalenceRule, int> credits)
    {
        if (rules.Length == 0) return new None();
        var rank = rules.Min(r => r.Rank);
        var priority = rules.Where(r => r.Rank == rank).Max(r => r.Priority);
        var strongest = rules.Where(r => r.Rank == rank && r.Priority == priority).ToArray();
        var specific = strongest.Where(r => !Array.Exists(strongest, other => ConditionRelation.MoreSpecific(other, r)))
            .OrderBy(r => r.Automatic).ThenBy(r => r.Id.Value, StringComparer.Ordinal).ToImmutableArray();

        // Equal rules that grant the same do no harm; of these the one that asks for a person speaks.
        var grants = specific.Select(r => (credits(r), r.Grant.Benefit, r.Grade, r.GrantCondition)).Distinct().Count();
        return grants == 1 ? new Applies(specific[0]) : new Conflict([.. specific.OrderBy(r => r.Id.Value, StringComparer.Ordinal)]);
    }
}
