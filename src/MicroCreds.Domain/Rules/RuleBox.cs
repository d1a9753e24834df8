using System.Collections.Immutable;
using System.Numerics;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// The credentials a rule matches, as a box: one bound for each dimension. For a table as published a credential has one awarding body, one
/// code, one title and one field; every other dimension only ever asks for at least something, and the level may be bounded above too. Converted grades
/// that rules ask for count as unrelated: the order of the institution's grade table is not at hand.
/// </summary>
internal sealed class RuleBox
{
    /// <summary>Highest level of the European Qualifications Framework.</summary>
    internal const int MaxEqf = 8;

    private readonly int _priority;

    internal RuleBox(EquivalenceRule rule, TargetUnit? unit, bool own)
    {
        Most = unit?.Credits.Hundredths ?? EctsCredits.MaxHundredths;
        Rule = rule;
        Own = own;
        Rank = rule.Rank;
        _priority = rule.Priority;
        CreditsGranted = rule.Grant is CreditGrant.Fixed or CreditGrant.Exemption or CreditGrant.AdmissionOnly ? Granted(0, EctsCredits.FromHundredths(1)) : null;
        var dates = new DateWindow(null, null, rule.ValidFrom, rule.ValidUntil, null);
        foreach (var condition in rule.Conditions)
        {
            switch (condition)
            {
                case RuleCondition.AwardingBody c: Several |= Body is not null; Body ??= c.Organisation; break;
                case RuleCondition.AchievementCode c: Several |= Code.Length > 0; if (Code.Length == 0) Code = ComparableText.Code(c.Code); break;
                case RuleCondition.AchievementTitle c: Several |= Title is not null; Title = Title is { } t && ConditionRelation.TitleImplies(t, c.Pattern) ? t : c.Pattern; break;
                case RuleCondition.IscedField c: Several |= Field.Length > 0; Field = c.Stem.Length > Field.Length ? c.Stem : Field; break;
                case RuleCondition.EqfLevelAtLeast c: Eqf = Math.Max(Eqf, c.Level); break;
                case RuleCondition.EqfLevelIs c: Eqf = Math.Max(Eqf, c.Level); HighestEqf = Math.Min(HighestEqf, c.Level); break;
                case RuleCondition.EqfLevelAtMost c: Eqf = Math.Max(Eqf, 1); HighestEqf = Math.Min(HighestEqf, c.Level); break;
                case RuleCondition.CreditFramework c when c.Framework == SourceFacts.Ects: Credits = Math.Max(Credits, 0); break;
                case RuleCondition.CreditFramework c: if (!Frameworks.Contains(c.Framework)) Frameworks = Frameworks.Add(c.Framework); break;
                case RuleCondition.HoursPerCreditAtLeast c: HoursPerCredit = Math.Max(HoursPerCredit, c.Hours); Credits = Math.Max(Credits, 1); break;
                case RuleCondition.CreditsAtLeast c: Credits = Math.Max(Credits, c.Credits.Hundredths); break;
                case RuleCondition.AssessmentIsOneOf c: Assessments = Assessments.Add(Mask(c.Types.Select(t => (int)t))); break;
                case RuleCondition.AssessmentOtherThan c: Assessments = Assessments.Add(Mask(Enum.GetValues<AssessmentType>().Except(c.Types).Select(t => (int)t))); break;
                case RuleCondition.SupervisionAtLeast c: Supervision = (AssessmentSupervision)Math.Max((int)Supervision, (int)c.Supervision); break;
                case RuleCondition.ModeIsOneOf c: Modes = Modes.Add(Mask(c.Modes.Select(m => (int)m))); break;
                case RuleCondition.Language c: if (!Languages.Contains(c.Tag)) Languages = Languages.Add(c.Tag); break;
                case RuleCondition.GradeAtLeast c: Grade = Math.Max(Grade, c.Thousandths); break;
                case RuleCondition.GradePercentileAtLeast c: Percentile = Math.Max(Percentile, c.Percent); break;
                case RuleCondition.ConvertedGradeAtLeast c: if (!ConvertedGrades.Contains(c.Grade)) ConvertedGrades = ConvertedGrades.Add(c.Grade); break;
                case RuleCondition.ValidAtApplication: ValidAtApplication = true; break;
                case RuleCondition.QualityAssured: Quality = true; break;
                case RuleCondition.MaxAgeYears c: dates = dates.And(new(null, null, null, null, c.Years)); break;
                case RuleCondition.AwardedBetween c: Several |= dates.AwardFrom is not null || dates.AwardUntil is not null; dates = dates.And(new(c.From, c.Until, null, null, null)); break;
                case RuleCondition.OutcomeCoverageAtLeast c: Coverage = Math.Max(Coverage, c.Percent); break;
                default: Known = false; break;
            }
        }

        Dates = dates;
        ValidityAlone = dates is { AwardFrom: null, AwardUntil: null, MaxAge: null };
        (From, Until) = (dates.ValidFrom?.DayNumber ?? int.MinValue, dates.ValidUntil?.DayNumber ?? int.MaxValue);
    }

    internal EquivalenceRule Rule { get; }
    /// <summary>Whether the rule stands in the table that is checked.</summary>
    internal bool Own { get; }
    internal RuleRank Rank { get; }
    /// <summary>Whether every condition has a dimension here. A rule with any other is left out of comparisons.</summary>
    internal bool Known { get; } = true;
    /// <summary>Hundredths that a fixed grant makes for the unit; null when they follow from those earned.</summary>
    internal int? CreditsGranted { get; }
    /// <summary>Hundredths of the unit.</summary>
    internal int Most { get; }
    internal OrganisationId? Body { get; }
    internal string Code { get; } = "";
    internal string? Title { get; }
    internal string Field { get; } = "";
    internal int Eqf { get; }
    /// <summary>Highest level accepted; 8 when any is. No level is above it.</summary>
    internal int HighestEqf { get; } = MaxEqf;
    /// <summary>Least hundredths; -1 when credits need not be stated.</summary>
    internal int Credits { get; } = -1;
    internal ImmutableArray<uint> Assessments { get; } = [];
    internal AssessmentSupervision Supervision { get; }
    internal ImmutableArray<uint> Modes { get; } = [];
    internal ImmutableArray<string> Languages { get; } = [];
    /// <summary>Least thousandths; <see cref="int.MinValue"/> when no grade need be stated.</summary>
    internal int Grade { get; } = int.MinValue;
    /// <summary>Least share of passing grades that are the grade or worse, in percent; 0 when none is asked.</summary>
    internal int Percentile { get; }
    /// <summary>Converted grades to be reached.</summary>
    internal ImmutableArray<string> ConvertedGrades { get; } = [];
    /// <summary>Least hours for each credit; 0 when none are asked. With any, credits are stated and more than none.</summary>
    internal int HoursPerCredit { get; }
    /// <summary>Frameworks beside ECTS in which credits are stated.</summary>
    internal ImmutableArray<string> Frameworks { get; } = [];
    internal bool ValidAtApplication { get; }
    internal bool Quality { get; }
    internal int Coverage { get; }
    internal DateWindow Dates { get; }
    /// <summary>Whether the days in force are the only bound on days; then <see cref="From"/> and <see cref="Until"/> say all.</summary>
    internal bool ValidityAlone { get; }
    /// <summary>First day in force as a number; the least number when open.</summary>
    internal int From { get; }
    /// <summary>Last day in force as a number; the largest number when open.</summary>
    internal int Until { get; }

    /// <summary>Whether one kind of condition that can exclude another of its kind stands twice.</summary>
    internal bool Several { get; }

    /// <summary>Whether one is of higher rank, or of the same and of higher priority.</summary>
    internal bool Above(RuleBox other) => Rank < other.Rank || (Rank == other.Rank && _priority > other._priority);

    /// <summary>Whether this rule silences the other wherever both match: field reference E.4.</summary>
    internal bool Beats(RuleBox other) => Above(other) || (!other.Above(this) && ConditionRelation.MoreSpecific(Rule, other.Rule));

    /// <summary>Whether both grant the same to every credential.</summary>
    internal bool SameGrant(RuleBox other) => SameCredits(other) && Rule.Grant.Benefit == other.Rule.Grant.Benefit && Rule.Grade == other.Rule.Grade && Rule.GrantCondition == other.Rule.GrantCondition;

    /// <summary>Hundredths granted for so many earned.</summary>
    internal int Granted(int earned, EctsCredits step) => Rule.Grant.Hundredths(earned, Most, step);

    private bool SameCredits(RuleBox other) => CreditsGranted is null ? Rule.Grant == other.Rule.Grant : CreditsGranted == other.CreditsGranted;

    /// <summary>
    /// Whether one credential can match both on a day that the policy looks at. Awarding bodies and codes are not compared: the caller pairs
    /// only rules whose names go together.
    /// </summary>
    internal bool Meets(RuleBox other, RuleDatePolicy policy) =>
        MeetsBesidesDays(other) && (ValidityAlone && other.ValidityAlone ? From <= other.Until && other.From <= Until : MeetsInTime(Dates.And(other.Dates), policy));

    /// <summary>Whether one credential can match both but for the days.</summary>
    internal bool MeetsBesidesDays(RuleBox other) =>
        Eqf <= other.HighestEqf && other.Eqf <= HighestEqf && FieldMeets(other)
        && (Title is null || other.Title is null || ConditionRelation.TitleImplies(Title, other.Title) || ConditionRelation.TitleImplies(other.Title, Title));

    /// <summary>Whether one field lies in both.</summary>
    internal bool FieldMeets(RuleBox other) => Field.StartsWith(other.Field, StringComparison.Ordinal) || other.Field.StartsWith(Field, StringComparison.Ordinal);

    /// <summary>Whether this rule may be in force on every day on which another is; false is certain.</summary>
    internal bool MayHoldAllDaysOf(RuleBox box) => !ValidityAlone || !box.ValidityAlone || (From <= box.From && box.Until <= Until);

    /// <summary>Whether this rule may accept a least credential that another matches: it asks for no more where such a credential states just what is asked.</summary>
    /// <param name="box">The other rule.</param>
    /// <param name="levels">Whether least credentials of several levels are looked at.</param>
    internal bool MayAcceptLeastOf(RuleBox box, bool levels) =>
        (levels || Eqf <= box.Eqf) && (Credits <= box.Credits || box.HoursPerCredit > 0) && Supervision <= box.Supervision && Grade <= box.Grade && (!Quality || box.Quality)
        && box.Field.StartsWith(Field, StringComparison.Ordinal);

    /// <summary>Whether this rule accepts the names and everything else of a point, on some day.</summary>
    internal bool Accepts(CredentialPoint point) =>
        Eqf <= point.Eqf && point.Eqf <= HighestEqf && Credits <= point.Credits && Supervision <= point.Supervision && Grade <= point.Grade && (!Quality || point.Quality)
        && (Body is null || Body == point.Body) && (Code.Length == 0 || Code == point.Code) && point.Field.StartsWith(Field, StringComparison.Ordinal)
        && (Title is null || ComparableText.TitleMatches(Title, point.Title)) && AcceptsRest(point);

    // Apart, so that a rule that is refused by its bounds costs no more than comparing them.
    private bool AcceptsRest(CredentialPoint point) =>
        Assessments.All(a => (a & point.Assessments) != 0) && Modes.All(m => (m & point.Modes) != 0) && Languages.All(point.Languages.Contains)
        && (HoursPerCredit == 0 || point.Minutes * 100L >= HoursPerCredit * 60L * point.Credits) && Percentile <= point.Percentile && (!ValidAtApplication || point.ValidAtApplication)
        && ConvertedGrades.All(point.ConvertedGrades.Contains) && Frameworks.All(point.Frameworks.Contains)
        && (Coverage == 0 || point.Covers(Coverage));

    /// <summary>The days on which a rule's validity is looked at: under the more favourable policy each of the two has its own set of rules.</summary>
    internal static ImmutableArray<bool> OnAward(RuleDatePolicy policy) => policy switch
    {
        RuleDatePolicy.AwardDate => [true],
        RuleDatePolicy.ApplicationDate => [false],
        _ => [false, true],
    };

    /// <summary>The least sets that have something in common with every one of <paramref name="asked"/>.</summary>
    internal static ImmutableArray<uint> LeastSets(IEnumerable<uint> asked)
    {
        var sets = new List<uint> { 0 };
        foreach (var one in asked)
        {
            var next = sets.SelectMany(s => (s & one) != 0 ? [s] : Bits(one).Select(b => s | b)).Distinct().ToArray();
            sets = [.. next.Where(s => !Array.Exists(next, o => o != s && (o & s) == o))];
        }

        return [.. sets.OrderBy(s => BitOperations.PopCount(s)).ThenBy(s => s)];
    }

    /// <summary>Whether a pair of days lies in the window on a day that the policy looks at.</summary>
    internal static bool MeetsInTime(in DateWindow both, RuleDatePolicy policy) =>
        (policy != RuleDatePolicy.AwardDate && !both.IsEmpty(onAward: false)) || (policy != RuleDatePolicy.ApplicationDate && !both.IsEmpty(onAward: true));

    private static IEnumerable<uint> Bits(uint mask)
    {
        for (; mask != 0; mask &= mask - 1) yield return mask & (uint)-(int)mask;
    }

    // What is not stated is never among what a credential states.
    private static uint Mask(IEnumerable<int> values) => values.Where(v => v != 0).Aggregate(0u, (mask, v) => mask | (1u << v));
}
