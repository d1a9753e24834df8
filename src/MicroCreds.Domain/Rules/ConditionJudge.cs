using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Domain.Rules;

/// <summary>Judges one condition on one credential, and says what was asked, what was there and whether it held.</summary>
public static class ConditionJudge
{
    /// <summary>What <see cref="ConditionFinding.Actual"/> says when the credential says nothing. Such a condition never holds.</summary>
    internal const string NotStated = "not stated";

    /// <summary>Name of a condition, as findings and vectors write it.</summary>
    public static string NameOf(RuleCondition condition) => condition switch
    {
        RuleCondition.AwardingBody => "awarding_body",
        RuleCondition.AchievementCode => "achievement_code",
        RuleCondition.AchievementTitle => "achievement_title",
        RuleCondition.IscedField => "isced_field",
        RuleCondition.EqfLevelAtLeast => "eqf_level_at_least",
        RuleCondition.EqfLevelIs => "eqf_level_is",
        RuleCondition.EqfLevelAtMost => "eqf_level_at_most",
        RuleCondition.CreditsAtLeast => "credits_at_least",
        RuleCondition.CreditFramework => "credit_framework",
        RuleCondition.HoursPerCreditAtLeast => "hours_per_credit_at_least",
        RuleCondition.AssessmentIsOneOf => "assessment_is_one_of",
        RuleCondition.AssessmentOtherThan => "assessment_other_than",
        RuleCondition.SupervisionAtLeast => "supervision_at_least",
        RuleCondition.ModeIsOneOf => "mode_is_one_of",
        RuleCondition.Language => "language",
        RuleCondition.GradeAtLeast => "grade_at_least",
        RuleCondition.GradePercentileAtLeast => "grade_percentile_at_least",
        RuleCondition.ConvertedGradeAtLeast => "converted_grade_at_least",
        RuleCondition.QualityAssured => "quality_assured",
        RuleCondition.ValidAtApplication => "valid_at_application",
        RuleCondition.MaxAgeYears => "max_age_years",
        RuleCondition.AwardedBetween => "awarded_between",
        RuleCondition.OutcomeCoverageAtLeast => "outcome_coverage_at_least",
        _ => throw new UnreachableException(),
    };

    /// <summary>What a condition asks for, in words.</summary>
    public static string Expected(RuleCondition condition) => condition switch
    {
        RuleCondition.AwardingBody c => c.Organisation.Value,
        RuleCondition.AchievementCode c => c.Code,
        RuleCondition.AchievementTitle c => c.Pattern,
        RuleCondition.IscedField c => c.Prefix,
        RuleCondition.EqfLevelAtLeast c => Text(c.Level),
        RuleCondition.EqfLevelIs c => Text(c.Level),
        RuleCondition.EqfLevelAtMost c => Text(c.Level),
        RuleCondition.CreditsAtLeast c => c.Credits.ToString(),
        RuleCondition.CreditFramework c => c.Framework,
        RuleCondition.HoursPerCreditAtLeast c => $"{Text(c.Hours)} h",
        RuleCondition.AssessmentIsOneOf c => Codes(c.Types),
        RuleCondition.AssessmentOtherThan c => Codes(c.Types),
        RuleCondition.SupervisionAtLeast c => CodeWord.Of(c.Supervision),
        RuleCondition.ModeIsOneOf c => Codes(c.Modes),
        RuleCondition.Language c => c.Tag,
        RuleCondition.GradeAtLeast c => Grade(c.Thousandths),
        RuleCondition.GradePercentileAtLeast c => $"{Text(c.Percent)} % of the passing grades are this or worse",
        RuleCondition.ConvertedGradeAtLeast c => c.Grade,
        RuleCondition.QualityAssured => "valid on the day of award",
        RuleCondition.ValidAtApplication => "valid on the day of application",
        RuleCondition.MaxAgeYears c => $"{Text(c.Years)} years",
        RuleCondition.AwardedBetween c => $"{Day(c.From)} to {Day(c.Until)}",
        RuleCondition.OutcomeCoverageAtLeast c => $"{Text(c.Percent)} % and every essential outcome",
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Whether <paramref name="condition"/> holds, without saying why and without making text: the one place that knows what a condition means.
    /// <paramref name="unit"/> is the rule's target, whose outcomes are to be covered and in whose cycle grades are wanted; null when it is not published.
    /// </summary>
    internal static bool Holds(RuleCondition condition, SourceFacts facts, TargetUnit? unit)
    {
        var achievement = facts.Achievement;
        switch (condition)
        {
            case RuleCondition.AwardingBody c: return facts.AwardingBody == c.Organisation;
            case RuleCondition.AchievementCode c:
                foreach (var code in achievement.Codes)
                {
                    if (ComparableText.SameCode(code, c.Code)) return true;
                }

                return false;
            case RuleCondition.AchievementTitle c: return achievement.Title.ByLanguage.Values.Any(t => ComparableText.TitleMatches(c.Pattern, t));
            case RuleCondition.IscedField c:
                foreach (var field in achievement.IscedFields)
                {
                    if (field.StartsWith(c.Stem, StringComparison.Ordinal)) return true;
                }

                return false;
            case RuleCondition.EqfLevelAtLeast c: return achievement.EqfLevel >= c.Level;
            case RuleCondition.EqfLevelIs c: return achievement.EqfLevel == c.Level;
            case RuleCondition.EqfLevelAtMost c: return achievement.EqfLevel <= c.Level;
            case RuleCondition.CreditsAtLeast c: return achievement.Credits >= c.Credits;
            case RuleCondition.CreditFramework c: return c.Framework == SourceFacts.Ects ? achievement.Credits is not null : achievement.OtherFrameworks.Contains(c.Framework);
            case RuleCondition.HoursPerCreditAtLeast c: return facts.HasHoursPerCredit(c.Hours);
            case RuleCondition.AssessmentIsOneOf c: return facts.AssessmentTypes.Any(c.Types.Contains);
            case RuleCondition.AssessmentOtherThan c: return facts.AssessmentTypes.Any(t => !c.Types.Contains(t));
            case RuleCondition.SupervisionAtLeast c: return achievement.Supervision >= c.Supervision;
            case RuleCondition.ModeIsOneOf c: return facts.Modes.Any(c.Modes.Contains);
            case RuleCondition.Language c: return achievement.Languages.Contains(c.Tag);
            case RuleCondition.GradeAtLeast c: return facts.GradeThousandths >= c.Thousandths;
            case RuleCondition.GradePercentileAtLeast c: return facts.Grades.ReachesPercentile(c.Percent);
            case RuleCondition.ConvertedGradeAtLeast c: return facts.Grades.ReachesConverted(c.Grade, unit?.EqfLevel ?? 0);
            case RuleCondition.QualityAssured: return facts.QualityAssured;
            case RuleCondition.ValidAtApplication: return !(facts.ValidUntil < facts.AppliedOn);
            case RuleCondition.MaxAgeYears c: return achievement.AwardedOn.AddYears(c.Years) >= facts.AppliedOn;
            case RuleCondition.AwardedBetween c: return !(achievement.AwardedOn < c.From) && !(achievement.AwardedOn > c.Until);
            case RuleCondition.OutcomeCoverageAtLeast c: return OutcomeMatcher.Reaches(unit, facts.OutcomeNames, c.Percent);
            default: throw new UnreachableException();
        }
    }

    /// <summary>Judges <paramref name="condition"/> with what was asked and what was there. <paramref name="coverage"/> is that of <paramref name="unit"/>; null when it has no outcomes.</summary>
    internal static ConditionFinding Judge(RuleCondition condition, SourceFacts facts, TargetUnit? unit, OutcomeCoverage? coverage)
    {
        var actual = Actual(condition, facts, unit, coverage);
        return new(NameOf(condition), Expected(condition), string.IsNullOrEmpty(actual) ? NotStated : actual, Holds(condition, facts, unit));
    }

    private static string? Actual(RuleCondition condition, SourceFacts facts, TargetUnit? unit, OutcomeCoverage? coverage)
    {
        var achievement = facts.Achievement;
        return condition switch
        {
            RuleCondition.AwardingBody => facts.AwardingBody?.Value,
            RuleCondition.AchievementCode => Words(achievement.Codes),
            RuleCondition.AchievementTitle => achievement.Title.ToString(),
            RuleCondition.IscedField => Words(achievement.IscedFields),
            RuleCondition.EqfLevelAtLeast or RuleCondition.EqfLevelIs or RuleCondition.EqfLevelAtMost => achievement.EqfLevel is { } level ? Text(level) : null,
            RuleCondition.CreditsAtLeast => achievement.Credits?.ToString(),
            RuleCondition.CreditFramework => Words(achievement.Credits is null ? achievement.OtherFrameworks : achievement.OtherFrameworks.Insert(0, SourceFacts.Ects)),
            RuleCondition.HoursPerCreditAtLeast => facts.HoursPerCredit,
            RuleCondition.AssessmentIsOneOf or RuleCondition.AssessmentOtherThan => Codes(facts.AssessmentTypes),
            RuleCondition.SupervisionAtLeast => achievement.Supervision == AssessmentSupervision.Unspecified ? null : CodeWord.Of(achievement.Supervision),
            RuleCondition.ModeIsOneOf => Codes(facts.Modes),
            RuleCondition.Language => Words(achievement.Languages),
            RuleCondition.GradeAtLeast => achievement.Grade?.Label,
            RuleCondition.GradePercentileAtLeast => facts.Grades.Percentile is { } percent ? $"{achievement.Grade?.Label}: {Text(percent)} %" : null,
            RuleCondition.ConvertedGradeAtLeast => facts.Grades.Converted(unit?.EqfLevel ?? 0) is { } converted ? $"{achievement.Grade?.Label}: {converted}" : null,
            RuleCondition.QualityAssured => QualityOf(facts),
            RuleCondition.ValidAtApplication => facts.ValidUntil is { } end ? $"until {Day(end)}" : "no end",
            RuleCondition.MaxAgeYears => $"awarded {Day(achievement.AwardedOn)}",
            RuleCondition.AwardedBetween => Day(achievement.AwardedOn),
            RuleCondition.OutcomeCoverageAtLeast => CoverageOf(coverage),
            _ => throw new UnreachableException(),
        };
    }

    private static string? QualityOf(SourceFacts facts)
    {
        if (facts.ValidQuality is { } valid) return $"{valid.Type} {valid.Agent}".Trim() is { Length: > 0 } name ? name : "stated";
        var claims = facts.QualityClaims.ToArray();
        if (claims.FirstOrDefault(facts.ValidOnAward) is { Scope: { } scope })
        {
            var achievement = facts.Achievement;
            return $"limited to{(scope.EqfLevels.Length > 0 ? $" EQF level {Words(scope.EqfLevels.Select(Text))}" : "")}{(scope.IscedFields.Length > 0 ? $" field {Words(scope.IscedFields)}" : "")}, "
                + $"stated EQF level {(achievement.EqfLevel is { } level ? Text(level) : NotStated)} field {(achievement.IscedFields.Length > 0 ? Words(achievement.IscedFields) : NotStated)}";
        }

        return claims.Length == 0 ? null
            : claims.All(c => c.ExpiresOn < facts.Achievement.AwardedOn) ? $"ended {Day(claims.Max(a => a.ExpiresOn))}, awarded {Day(facts.Achievement.AwardedOn)}"
            : $"begins {Day(claims.Min(a => a.ValidFrom))}, awarded {Day(facts.Achievement.AwardedOn)}";
    }

    private static string CoverageOf(OutcomeCoverage? coverage)
    {
        if (coverage is null) return "the unit has no outcomes";
        var missing = coverage.MissingEssential.Length == 0 ? "" : $", essential missing: {string.Join(", ", coverage.MissingEssential)}";
        return $"{Text(coverage.Covered.Length)} of {Text(coverage.Covered.Length + coverage.Missing.Length)}{missing}";
    }

    private static string Words(IEnumerable<string> values) => string.Join(", ", values);

    private static string Codes<T>(IEnumerable<T> values) where T : struct, Enum => string.Join(", ", values.Select(CodeWord.Of));
    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    private static string Grade(int thousandths) => (thousandths / 1000m).ToString("0.0##", CultureInfo.InvariantCulture);
    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
