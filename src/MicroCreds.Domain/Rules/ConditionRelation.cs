namespace MicroCreds.Domain.Rules;

/// <summary>How two conditions relate, whatever credential comes: does one follow from the other, can both hold.</summary>
internal static class ConditionRelation
{
    /// <summary>Whether every credential that meets <paramref name="strict"/> also meets <paramref name="lax"/>.</summary>
    internal static bool Implies(RuleCondition strict, RuleCondition lax) => (strict, lax) switch
    {
        (RuleCondition.AwardingBody s, RuleCondition.AwardingBody l) => s.Organisation == l.Organisation,
        (RuleCondition.AchievementCode s, RuleCondition.AchievementCode l) => ComparableText.Code(s.Code) == ComparableText.Code(l.Code),
        (RuleCondition.AchievementTitle s, RuleCondition.AchievementTitle l) => TitleImplies(s.Pattern, l.Pattern),
        (RuleCondition.IscedField s, RuleCondition.IscedField l) => s.Stem.StartsWith(l.Stem, StringComparison.Ordinal),
        _ when LevelsOf(strict) is var (first, last) && LevelsOf(lax) is var (from, until) => first >= from && last <= until,
        (RuleCondition.CreditsAtLeast s, RuleCondition.CreditsAtLeast l) => s.Credits >= l.Credits,
        (RuleCondition.CreditFramework s, RuleCondition.CreditFramework l) => s.Framework == l.Framework,
        // Credits that are at least something, or go with hours, are stated in ECTS.
        (RuleCondition.CreditsAtLeast or RuleCondition.HoursPerCreditAtLeast, RuleCondition.CreditFramework l) => l.Framework == SourceFacts.Ects,
        (RuleCondition.HoursPerCreditAtLeast s, RuleCondition.HoursPerCreditAtLeast l) => s.Hours >= l.Hours,
        (RuleCondition.AssessmentIsOneOf s, RuleCondition.AssessmentIsOneOf l) => s.Types.All(l.Types.Contains),
        (RuleCondition.AssessmentOtherThan s, RuleCondition.AssessmentOtherThan l) => l.Types.All(s.Types.Contains),
        (RuleCondition.AssessmentIsOneOf s, RuleCondition.AssessmentOtherThan l) => !s.Types.Any(l.Types.Contains),
        (RuleCondition.SupervisionAtLeast s, RuleCondition.SupervisionAtLeast l) => s.Supervision >= l.Supervision,
        (RuleCondition.ModeIsOneOf s, RuleCondition.ModeIsOneOf l) => s.Modes.All(l.Modes.Contains),
        (RuleCondition.Language s, RuleCondition.Language l) => s.Tag == l.Tag,
        (RuleCondition.GradeAtLeast s, RuleCondition.GradeAtLeast l) => s.Thousandths >= l.Thousandths,
        (RuleCondition.GradePercentileAtLeast s, RuleCondition.GradePercentileAtLeast l) => s.Percent >= l.Percent,
        (RuleCondition.ConvertedGradeAtLeast s, RuleCondition.ConvertedGradeAtLeast l) => s.Grade == l.Grade,
        (RuleCondition.QualityAssured, RuleCondition.QualityAssured) => true,
        (RuleCondition.ValidAtApplication, RuleCondition.ValidAtApplication) => true,
        (RuleCondition.MaxAgeYears s, RuleCondition.MaxAgeYears l) => s.Years <= l.Years,
        (RuleCondition.AwardedBetween s, RuleCondition.AwardedBetween l) =>
            (l.From is null || s.From >= l.From) && (l.Until is null || s.Until <= l.Until),
        (RuleCondition.OutcomeCoverageAtLeast s, RuleCondition.OutcomeCoverageAtLeast l) => s.Percent >= l.Percent,
        _ => false,
    };

    /// <summary>
    /// Whether no credential meets both. A credential that carries two codes, two titles or two unrelated fields is possible and is referred
    /// as a conflict when it comes; for a table as published, different codes, titles and fields count as different achievements.
    /// </summary>
    internal static bool Excludes(RuleCondition one, RuleCondition other) => (one, other) switch
    {
        (RuleCondition.AwardingBody a, RuleCondition.AwardingBody b) => a.Organisation != b.Organisation,
        (RuleCondition.AchievementCode a, RuleCondition.AchievementCode b) => ComparableText.Code(a.Code) != ComparableText.Code(b.Code),
        (RuleCondition.AchievementTitle a, RuleCondition.AchievementTitle b) => !TitleImplies(a.Pattern, b.Pattern) && !TitleImplies(b.Pattern, a.Pattern),
        _ when LevelsOf(one) is var (first, last) && LevelsOf(other) is var (from, until) => first > until || from > last,
        (RuleCondition.IscedField, RuleCondition.IscedField) => !Implies(one, other) && !Implies(other, one),
        (RuleCondition.AwardedBetween a, RuleCondition.AwardedBetween b) => a.Until < b.From || b.Until < a.From,
        _ => false,
    };

    /// <summary>Whether the first rule is strictly more specific: it asks for everything the second asks, and for more.</summary>
    internal static bool MoreSpecific(EquivalenceRule one, EquivalenceRule other) => Covers(one, other) && !Covers(other, one);

    /// <summary>Whether no credential can match both rules, by their conditions alone.</summary>
    internal static bool Disjoint(EquivalenceRule one, EquivalenceRule other) => one.Conditions.Any(a => other.Conditions.Any(b => Excludes(a, b)));

    // A level that is asked for in any way is stated; no level is above 8.
    private static (int First, int Last)? LevelsOf(RuleCondition condition) => condition switch
    {
        RuleCondition.EqfLevelAtLeast c => (c.Level, int.MaxValue),
        RuleCondition.EqfLevelIs c => (c.Level, c.Level),
        RuleCondition.EqfLevelAtMost c => (1, c.Level),
        _ => null,
    };

    private static bool Covers(EquivalenceRule strict, EquivalenceRule lax) => lax.Conditions.All(l => strict.Conditions.Any(s => Implies(s, l)));

    /// <summary>Whether every title that matches the first pattern also matches the second.</summary>
    internal static bool TitleImplies(string strict, string lax) =>
        lax.EndsWith('*') ? ComparableText.Title(strict.TrimEnd('*')).StartsWith(ComparableText.Title(lax[..^1]), StringComparison.Ordinal)
        : !strict.EndsWith('*') && ComparableText.Title(strict) == ComparableText.Title(lax);
}
