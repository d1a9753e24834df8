using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Looks through a table before it is published. Source: field reference E.5. The findings do not depend on the order of rows.</summary>
public static class TableCheck
{
    /// <summary>Findings of a table to be published, by rule, unit and code.</summary>
    /// <param name="units">Units of the table.</param>
    /// <param name="rules">Rules of the table.</param>
    /// <param name="others">The institution's other tables as published: their units may be granted, their codes may not be used again.</param>
    /// <param name="policy">Policy, which says who is on which track.</param>
    /// <param name="day">Day of publication.</param>
    public static ImmutableArray<TableFinding> Run(
        IReadOnlyCollection<TargetUnit> units, IReadOnlyCollection<EquivalenceRule> rules, IReadOnlyCollection<EquivalenceTable> others, RecognitionPolicy policy, DateOnly day)
    {
        var known = new Dictionary<UnitCode, TargetUnit>();
        var findings = new List<TableFinding>();
        foreach (var unit in others.SelectMany(t => t.Units).Concat(units))
        {
            if (!known.TryAdd(unit.Code, unit)) findings.Add(new(TableFindingCode.DuplicateCode, FindingSeverity.Error, null, null, unit.Code, $"The unit {unit.Code} stands twice in the institution's tables."));
        }

        var ids = others.SelectMany(t => t.Rules).Select(r => r.Id).ToHashSet();
        foreach (var rule in rules)
        {
            if (!ids.Add(rule.Id)) findings.Add(new(TableFindingCode.DuplicateCode, FindingSeverity.Error, rule.Id, null, null, $"The rule {rule.Id} stands twice in the institution's tables."));
            findings.AddRange(One(rule, known.GetValueOrDefault(rule.Target), policy, day));
        }

        findings.AddRange(Conflicts(rules.Concat(others.SelectMany(t => t.Rules)), [.. rules.Select(r => r.Id)]));
        return
        [
            .. findings.OrderBy(f => f.Rule?.Value, StringComparer.Ordinal).ThenBy(f => f.Unit?.Value, StringComparer.Ordinal)
                .ThenBy(f => f.Code).ThenBy(f => f.OtherRule?.Value, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<TableFinding> One(EquivalenceRule rule, TargetUnit? unit, RecognitionPolicy policy, DateOnly day)
    {
        if (unit is null) yield return Finding(TableFindingCode.DanglingTarget, FindingSeverity.Error, $"grants {rule.Target}, which is in no table of the institution.");
        else if (unit.Kind == UnitKind.Thesis) yield return Finding(TableFindingCode.RestrictedTarget, FindingSeverity.Error, $"grants {rule.Target}, a thesis, which is never granted by recognition.");
        if (WhyUnreachable(rule) is { } why) yield return Finding(TableFindingCode.Unreachable, FindingSeverity.Error, $"can never match: {why}.");
        if (rule.ValidUntil < day) yield return Finding(TableFindingCode.Expired, FindingSeverity.Warning, $"ended on {Day(rule.ValidUntil)}.");

        if (rule.Grant is CreditGrant.Fixed { Credits: var granted })
        {
            var minimum = rule.Conditions.OfType<RuleCondition.CreditsAtLeast>().Select(c => c.Credits).DefaultIfEmpty(EctsCredits.Zero).Max();
            if (unit is not null && granted > unit.Credits) yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {granted} credits, {unit.Code} has {unit.Credits}.");
            else if (minimum > EctsCredits.Zero && granted > minimum) yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {granted} credits for {minimum} earned.");
            // A rule about one achievement knows its credits; any other should say how many it expects.
            else if (minimum == EctsCredits.Zero && granted > EctsCredits.Zero && rule.Rank > RuleRank.NamedAchievement) yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Warning, $"grants {granted} credits without asking how many were earned.");
        }

        var body = BodyOf(rule);
        // EAR manual, chapter 8: a result that was passed with a poor grade is still recognised.
        if (policy.TrackOf(body) == RecognitionTrack.Recognition && rule.Conditions.Any(c => c is RuleCondition.GradeAtLeast))
            yield return Finding(TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "asks for a grade above the pass mark of a higher-education institution; such cases go to a person.");

        // EAR manual, chapter 13: duration alone is no ground.
        if (rule.Conditions.Length > 0 && rule.Conditions.All(c => c is RuleCondition.CreditsAtLeast or RuleCondition.AwardingBody) && rule.Conditions.Any(c => c is RuleCondition.CreditsAtLeast))
            yield return Finding(TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "looks at the amount of work alone.");
        if (rule.Automatic && policy.TrackOf(body) == RecognitionTrack.Validation && !rule.Conditions.Any(c => c is RuleCondition.QualityAssured))
            yield return Finding(TableFindingCode.TrackMismatch, body is null ? FindingSeverity.Warning : FindingSeverity.Error, $"is automatic for {body?.Value ?? "any awarding body"} without asking for quality assurance.");

        TableFinding Finding(TableFindingCode code, FindingSeverity severity, string text) => new(code, severity, rule.Id, null, rule.Target, $"Rule {rule.Id} {text}");
    }

    private static string? WhyUnreachable(EquivalenceRule rule)
    {
        if (rule.Conditions.Length == 0) return "it has no conditions";
        if (rule.ValidFrom > rule.ValidUntil) return $"it begins on {Day(rule.ValidFrom)} and ends on {Day(rule.ValidUntil)}";
        foreach (var condition in rule.Conditions)
        {
            switch (condition)
            {
                case RuleCondition.EqfLevelAtLeast { Level: < 1 or > 8 } c: return $"EQF level {c.Level} is not from 1 to 8";
                case RuleCondition.OutcomeCoverageAtLeast { Percent: < 1 or > 100 } c: return $"{c.Percent} % is not from 1 to 100";
                case RuleCondition.MaxAgeYears { Years: < 0 } c: return $"an age of {c.Years} years";
                case RuleCondition.AssessmentIsOneOf { Types.Length: 0 } or RuleCondition.ModeIsOneOf { Modes.Length: 0 }: return "it asks for one of nothing";
                case RuleCondition.AwardedBetween c when c.From > c.Until: return $"no day lies between {Day(c.From)} and {Day(c.Until)}";
            }
        }

        return rule.Conditions.Any(a => rule.Conditions.Any(b => ConditionRelation.Excludes(a, b))) ? "two of its conditions exclude each other" : null;
    }

    private static IEnumerable<TableFinding> Conflicts(IEnumerable<EquivalenceRule> all, HashSet<RuleId> own)
    {
        // Only rules of one target, rank and priority can conflict. Inside such a group, rules that name different codes, or different awarding
        // bodies where the rank demands one, cannot meet; so a large table is not compared pair by pair.
        foreach (var group in all.GroupBy(r => (r.Target, r.Rank, r.Priority, Body: r.Rank == RuleRank.BilateralAgreement ? null : BodyOf(r))))
        {
            var byCode = group.GroupBy(CodeOf).ToDictionary(g => g.Key, g => g.OrderBy(r => r.Id.Value, StringComparer.Ordinal).ToArray());
            foreach (var (code, rules) in byCode)
            {
                var pairs = rules.SelectMany((a, i) => rules.Skip(i + 1).Select(b => (a, b)));
                if (code.Length > 0 && byCode.TryGetValue("", out var uncoded)) pairs = pairs.Concat(rules.SelectMany(_ => uncoded, (a, b) => (a, b)));
                foreach (var (a, b) in pairs.Where(p => own.Contains(p.a.Id) || own.Contains(p.b.Id)).Where(p => Conflict(p.a, p.b)))
                {
                    // A conflict does no wrong: the cases it touches go to a person. The administrator decides whether that is meant.
                    var (first, second) = string.CompareOrdinal(a.Id.Value, b.Id.Value) < 0 ? (a, b) : (b, a);
                    yield return new(
                        TableFindingCode.OverlapConflict, FindingSeverity.Warning, first.Id, second.Id, a.Target,
                        $"Rules {first.Id} and {second.Id} can match the same credential for {a.Target} with the same rank and priority and grant different things.");
                }
            }
        }
    }

    private static bool Conflict(EquivalenceRule a, EquivalenceRule b) =>
        a.Id != b.Id && Meet(a, b) && !SameGrant(a, b) && !ConditionRelation.MoreSpecific(a, b) && !ConditionRelation.MoreSpecific(b, a);

    private static OrganisationId? BodyOf(EquivalenceRule rule) => rule.Conditions.OfType<RuleCondition.AwardingBody>().FirstOrDefault()?.Organisation;

    private static string CodeOf(EquivalenceRule rule) =>
        rule.Conditions.OfType<RuleCondition.AchievementCode>().FirstOrDefault() is { } code ? ComparableText.Code(code.Code) : "";

    private static bool Meet(EquivalenceRule a, EquivalenceRule b) =>
        !(a.ValidUntil < b.ValidFrom) && !(b.ValidUntil < a.ValidFrom) && !ConditionRelation.Disjoint(a, b) && WhyUnreachable(a) is null && WhyUnreachable(b) is null;

    private static bool SameGrant(EquivalenceRule a, EquivalenceRule b) => a.Grant == b.Grant && a.Grade == b.Grade && a.GrantCondition == b.GrantCondition;

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
