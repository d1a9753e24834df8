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
        RuleCondition.CreditsAtLeast => "credits_at_least",
        RuleCondition.AssessmentIsOneOf => "assessment_is_one_of",
        RuleCondition.SupervisionAtLeast => "supervision_at_least",
        RuleCondition.ModeIsOneOf => "mode_is_one_of",
        RuleCondition.Language => "language",
        RuleCondition.GradeAtLeast => "grade_at_least",
        RuleCondition.QualityAssured => "quality_assured",
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
        RuleCondition.CreditsAtLeast c => c.Credits.ToString(),
        RuleCondition.AssessmentIsOneOf c => Codes(c.Types),
        RuleCondition.SupervisionAtLeast c => CodeWord.Of(c.Supervision),
        RuleCondition.ModeIsOneOf c => Codes(c.Modes),
        RuleCondition.Language c => c.Tag,
        RuleCondition.GradeAtLeast c => Grade(c.Thousandths),
        RuleCondition.QualityAssured => "valid on the day of award",
        RuleCondition.MaxAgeYears c => $"{Text(c.Years)} years",
        RuleCondition.AwardedBetween c => $"{Day(c.From)} to {Day(c.Until)}",
        RuleCondition.OutcomeCoverageAtLeast c => $"{Text(c.Percent)} % and every essential outcome",
        _ => throw new UnreachableException(),
    };

    /// <summary>Judges <paramref name="condition"/>. <paramref name="coverage"/> is that of the rule's target unit; null when it has no outcomes.</summary>
    internal static ConditionFinding Judge(RuleCondition condition, SourceFacts facts, OutcomeCoverage? coverage)
    {
        var achievement = facts.Achievement;
        var (actual, held) = condition switch
        {
            RuleCondition.AwardingBody c => (facts.AwardingBody?.Value, facts.AwardingBody == c.Organisation),
            RuleCondition.AchievementCode c => (Words(achievement.Codes), facts.Codes.Contains(ComparableText.Code(c.Code))),
            RuleCondition.AchievementTitle c => (achievement.Title.ToString(), achievement.Title.ByLanguage.Values.Any(t => ComparableText.TitleMatches(c.Pattern, t))),
            RuleCondition.IscedField c => (Words(achievement.IscedFields), achievement.IscedFields.Any(f => f.StartsWith(c.Prefix, StringComparison.Ordinal))),
            RuleCondition.EqfLevelAtLeast c => (achievement.EqfLevel is { } level ? Text(level) : null, achievement.EqfLevel >= c.Level),
            RuleCondition.CreditsAtLeast c => (achievement.Credits?.ToString(), achievement.Credits >= c.Credits),
            RuleCondition.AssessmentIsOneOf c => (Codes(facts.AssessmentTypes), facts.AssessmentTypes.Any(c.Types.Contains)),
            RuleCondition.SupervisionAtLeast c => (
                achievement.Supervision == AssessmentSupervision.Unspecified ? null : CodeWord.Of(achievement.Supervision), achievement.Supervision >= c.Supervision),
            RuleCondition.ModeIsOneOf c => (Codes(facts.Modes), facts.Modes.Any(c.Modes.Contains)),
            RuleCondition.Language c => (Words(achievement.Languages), achievement.Languages.Contains(c.Tag)),
            RuleCondition.GradeAtLeast c => (achievement.Grade?.Label, facts.GradeThousandths >= c.Thousandths),
            RuleCondition.QualityAssured => QualityOf(achievement),
            RuleCondition.MaxAgeYears c => ($"awarded {Day(achievement.AwardedOn)}", achievement.AwardedOn.AddYears(c.Years) >= facts.AppliedOn),
            RuleCondition.AwardedBetween c => (Day(achievement.AwardedOn), !(achievement.AwardedOn < c.From) && !(achievement.AwardedOn > c.Until)),
            RuleCondition.OutcomeCoverageAtLeast c => CoverageOf(coverage, c.Percent),
            _ => throw new UnreachableException(),
        };
        return new(NameOf(condition), Expected(condition), string.IsNullOrEmpty(actual) ? NotStated : actual, held);
    }

    // DEQAR: what counts is whether the decision was valid on the day of award, not today.
    private static (string? Actual, bool Held) QualityOf(Achievement achievement)
    {
        var claims = achievement.Accreditations.Concat(achievement.AwardingBodies.SelectMany(b => b.Accreditations))
            .Where(a => !a.Decision.Contains("negative", StringComparison.OrdinalIgnoreCase)).ToArray();
        var valid = Array.Find(claims, a => a.ExpiresOn is null || a.ExpiresOn >= achievement.AwardedOn);
        return valid is not null ? ($"{valid.Type} {valid.Agent}".Trim() is { Length: > 0 } name ? name : "stated", true)
            : claims.Length > 0 ? ($"ended {Day(claims.Max(a => a.ExpiresOn))}, awarded {Day(achievement.AwardedOn)}", false)
            : (null, false);
    }

    private static (string? Actual, bool Held) CoverageOf(OutcomeCoverage? coverage, int percent)
    {
        if (coverage is null) return ("the unit has no outcomes", false);
        var total = coverage.Covered.Length + coverage.Missing.Length;
        var missing = coverage.MissingEssential.Length == 0 ? "" : $", essential missing: {string.Join(", ", coverage.MissingEssential)}";
        return ($"{Text(coverage.Covered.Length)} of {Text(total)}{missing}", coverage.MissingEssential.Length == 0 && coverage.Covered.Length * 100 >= total * percent);
    }

    private static string Words(IEnumerable<string> values) => string.Join(", ", values);

    private static string Codes<T>(IEnumerable<T> values) where T : struct, Enum => string.Join(", ", values.Select(CodeWord.Of));
    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    private static string Grade(int thousandths) => (thousandths / 1000m).ToString("0.0##", CultureInfo.InvariantCulture);
    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
