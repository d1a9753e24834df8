using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// What a rule asks of the source credential; all conditions of a rule must hold. Source: field reference E.1 after ECTS Users' Guide 2015,
/// EAR manual chapters 8 to 13 and the Annex I elements. Each case is judged on its own and named in the explanation.
/// </summary>
public abstract record RuleCondition
{
    private RuleCondition() { }

    /// <summary>The awarding body is this organisation (now or under a former identifier).</summary>
    public sealed record AwardingBody(OrganisationId Organisation) : RuleCondition;

    /// <summary>The achievement carries this code. Compared without case, spaces, dots, hyphens and underscores; the spelling is kept.</summary>
    public sealed record AchievementCode(string Code) : RuleCondition;

    /// <summary>The title, in any language, equals this text without case and surplus space; a trailing <c>*</c> matches any ending.</summary>
    public sealed record AchievementTitle(string Pattern) : RuleCondition;

    /// <summary>
    /// A field of the achievement starts with this ISCED-F 2013 prefix of 2 to 4 digits. 0988 (interdisciplinary) matches 09, not 0912. A prefix
    /// that ends in 0, "not further defined", stands for the wider field: 0410 for 041, 0400 for 04.
    /// </summary>
    public sealed record IscedField(string Prefix) : RuleCondition
    {
        // The two digits of a broad field are never cut: 00 are generic programmes, 10 are services.
        internal string Stem { get; } = StemOf(Prefix);

        private static string StemOf(string prefix) => prefix.Length > 2 && prefix[^1] == '0' ? StemOf(prefix[..^1]) : prefix;
    }

    /// <summary>The EQF level is at least this, 1 to 8.</summary>
    public sealed record EqfLevelAtLeast(int Level) : RuleCondition;

    /// <summary>The EQF level is this and no other, 1 to 8.</summary>
    public sealed record EqfLevelIs(int Level) : RuleCondition;

    /// <summary>The EQF level is stated and at most this, 1 to 8.</summary>
    public sealed record EqfLevelAtMost(int Level) : RuleCondition;

    /// <summary>The ECTS credits are at least this.</summary>
    public sealed record CreditsAtLeast(EctsCredits Credits) : RuleCondition;

    /// <summary>Credits are stated in this framework: <c>ects</c>, or another in small letters, for example <c>ecvet</c>.</summary>
    public sealed record CreditFramework(string Framework) : RuleCondition;

    /// <summary>The stated workload makes at least this many hours for each ECTS credit, from 1. Hours per credit are the issuer's own (ECTS Users' Guide 2015: 25 to 30).</summary>
    public sealed record HoursPerCreditAtLeast(int Hours) : RuleCondition;

    /// <summary>At least one assessment type is one of these.</summary>
    public sealed record AssessmentIsOneOf(ImmutableArray<AssessmentType> Types) : RuleCondition;

    /// <summary>At least one assessment type is stated that is none of these: presence may be counted beside an examination, not in its place.</summary>
    public sealed record AssessmentOtherThan(ImmutableArray<AssessmentType> Types) : RuleCondition;

    /// <summary>Supervision and identity verification are at least this.</summary>
    public sealed record SupervisionAtLeast(AssessmentSupervision Supervision) : RuleCondition;

    /// <summary>A form of participation is one of these.</summary>
    public sealed record ModeIsOneOf(ImmutableArray<LearningMode> Modes) : RuleCondition;

    /// <summary>A language of instruction or assessment is this, ISO 639-1.</summary>
    public sealed record Language(string Tag) : RuleCondition;

    /// <summary>The numeric value of the source grade is at least this, in thousandths of the source scale (7.0 is 7000).</summary>
    public sealed record GradeAtLeast(int Thousandths) : RuleCondition;

    /// <summary>
    /// At least this share of the passing grades of the awarding body's grade table, in percent from 1 to 100, are the source grade or worse: 70 asks for
    /// a grade among the best 30 %. The narrowest table that counts enough grades is taken, as for a conversion.
    /// </summary>
    public sealed record GradePercentileAtLeast(int Percent) : RuleCondition;

    /// <summary>The grade converted by the institution's policy is this grade of its own table or a better one, by the order of the table and not by its numbers.</summary>
    public sealed record ConvertedGradeAtLeast(string Grade) : RuleCondition;

    /// <summary>
    /// The credential shows quality assurance of the awarding body or the provision that is valid on the day of award, and whose limits of level
    /// and field, where it states any, the achievement keeps.
    /// </summary>
    public sealed record QualityAssured : RuleCondition;

    /// <summary>The credential was still valid on the day of application, and not only when it was awarded. One without an end always is.</summary>
    public sealed record ValidAtApplication : RuleCondition;

    /// <summary>The award is at most this many years before the application.</summary>
    public sealed record MaxAgeYears(int Years) : RuleCondition;

    /// <summary>The day of award lies in this window; both ends included, either may be open.</summary>
    public sealed record AwardedBetween(DateOnly? From, DateOnly? Until) : RuleCondition;

    /// <summary>At least this share of the target unit's outcomes, in percent, is covered, and every essential one.</summary>
    public sealed record OutcomeCoverageAtLeast(int Percent) : RuleCondition;
}
