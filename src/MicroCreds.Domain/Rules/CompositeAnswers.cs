using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>What the rules about several credentials or several units say to one achievement: which of them it is a source of, and what they ask for beside it.</summary>
internal static class CompositeAnswers
{
    /// <summary>One answer per rule and unit asked about, by rule and unit: with whom it would count, or that it counts alone.</summary>
    /// <param name="table">Rules.</param>
    /// <param name="question">Question.</param>
    /// <param name="facts">The achievement as far as it is known.</param>
    /// <param name="visible">Whether whoever asks may see a rule.</param>
    /// <param name="make">Makes an answer of a rule for a unit.</param>
    internal static IEnumerable<EquivalenceAnswer> To(
        CompiledTable table, EquivalenceQuestion question, SourceFacts facts, Func<EquivalenceRule, bool> visible,
        Func<TargetUnit, EquivalenceRule, EquivalenceStatus, string, EquivalenceAnswer> make)
    {
        foreach (var number in table.Composites.Candidates(question.AwardingBody, facts.Achievement.Codes).Order())
        {
            var rule = table.Composites[number];
            if (!visible(rule) || rule.ValidFrom > question.AsOf || Fits(rule, facts, table.Find(rule.Target), question.Achievement is null) is not { } fit) continue;
            foreach (var unit in rule.Units.Where(u => question.Unit is null || u == question.Unit).Select(table.Find).OfType<TargetUnit>())
            {
                var granted = Granted(rule, unit, facts);
                var (status, reason) =
                    rule.ValidUntil < question.AsOf ? (EquivalenceStatus.Expired, $"In force until {rule.ValidUntil:yyyy-MM-dd}.")
                    : Missing(rule, fit.Source) is { Length: > 0 } missing ? (EquivalenceStatus.Conditional, $"Together with {missing}.")
                    : fit.Open.Length > 0 ? (EquivalenceStatus.Conditional, fit.Open)
                    : rule.GrantCondition.Length > 0 ? (EquivalenceStatus.Conditional, rule.GrantCondition)
                    : granted < unit.Credits && unit.Kind == UnitKind.Course ? (EquivalenceStatus.Partial, $"{granted} of {unit.Credits} credits.")
                    : (EquivalenceStatus.Equivalent, "");
                yield return make(unit, rule, status, reason) with { Granted = granted };
            }
        }
    }

    /// <summary>Credits that a rule grants for one of its units; null when they depend on what was earned.</summary>
    internal static EctsCredits? Granted(EquivalenceRule rule, TargetUnit unit, SourceFacts? facts)
    {
        var further = rule.FurtherUnits.FirstOrDefault(u => u.Unit == unit.Code);
        if (rule.Target != unit.Code) return further is null ? null : EctsCredits.Min(further.Credits, unit.Credits);
        return rule.Grant is CreditGrant.Fixed grant ? EctsCredits.Min(grant.Credits, unit.Credits)
            : rule.CredentialsNeeded == 1 && rule.Grant is CreditGrant.AsEarned && facts?.Achievement.Credits is { } earned ? EctsCredits.Min(earned, unit.Credits) : null;
    }

    // The first source that the achievement fits; what it does not state stays open, what it states otherwise does not fit.
    private static ((int Group, int Source) Source, string Open)? Fits(EquivalenceRule rule, SourceFacts facts, TargetUnit? unit, bool namesAlone)
    {
        foreach (var (group, source, alone) in CompositeIndex.SourcesOf(rule))
        {
            var failed = alone.Conditions.Where(c => !ConditionJudge.Holds(c, facts, unit)).Select(c => (Condition: c, Found: ConditionJudge.Judge(c, facts, unit, null))).ToArray();
            if (Array.Exists(failed, f => f.Condition is RuleCondition.AwardingBody or RuleCondition.AchievementCode or RuleCondition.AchievementTitle)) continue;
            if (alone.Conditions.IsEmpty || (!namesAlone && Array.Exists(failed, f => f.Found.Actual != ConditionJudge.NotStated))) continue;
            return ((group, source), string.Join("; ", failed.Select(f => $"{f.Found.Condition}: asked {f.Found.Expected}, stated {f.Found.Actual}")));
        }

        return null;
    }

    private static string Missing(EquivalenceRule rule, (int Group, int Source) taken) => string.Join(" and ", rule.Sources.Select((group, g) =>
    {
        var (needed, others) = g == taken.Group ? (group.Needed - 1, group.Sources.RemoveAt(taken.Source)) : (group.Needed, group.Sources);
        if (needed <= 0) return "";
        var sources = string.Join(" | ", others.Select(s => string.Join(", ", s.Conditions.Select(c => $"{ConditionJudge.NameOf(c)} {ConditionJudge.Expected(c)}"))));
        return needed == others.Length && needed == 1 ? sources : $"{needed} of ({sources})";
    }).Where(text => text.Length > 0));
}
