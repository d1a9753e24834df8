using System.Collections.Immutable;
using System.Diagnostics;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Rank of a rule, strongest first. Source: field reference E.4. A rule's rank follows from its conditions, except for agreements.</summary>
public enum RuleRank
{
    /// <summary>Signed learning agreement or pre-recognition for one learner (Council Recommendation 2018/C 444/01: no further assessment).</summary>
    LearningAgreement = 1,
    /// <summary>Bilateral agreement between two institutions.</summary>
    BilateralAgreement = 2,
    /// <summary>Names the awarding body and the achievement.</summary>
    NamedAchievement = 3,
    /// <summary>Names the awarding body and a field or level.</summary>
    NamedAwardingBody = 4,
    /// <summary>Generic: outcome coverage, field or level of any awarding body.</summary>
    Generic = 5,
}

/// <summary>How the credits granted follow from those claimed.</summary>
public abstract record CreditGrant
{
    private CreditGrant() { }

    /// <summary>This many credits, whatever was claimed. Granting more than was earned is a finding at publication.</summary>
    public sealed record Fixed(EctsCredits Credits) : CreditGrant;

    /// <summary>As many as were earned, at most the credits of the unit.</summary>
    public sealed record AsEarned : CreditGrant;

    /// <summary>This share of what was earned, from 1 to 100 percent, in whole steps of the institution, at most so many and at most the credits of the unit.</summary>
    public sealed record Proportional(int Percent, EctsCredits? AtMost = null) : CreditGrant;

    /// <summary>No credits: the unit need not be taken. A person decides. Source: field reference E.2, "exemption vs credit".</summary>
    public sealed record Exemption : CreditGrant;

    /// <summary>Neither credits nor the unit: the credential opens the door to it, for example as an entry requirement. A person decides.</summary>
    public sealed record AdmissionOnly : CreditGrant;

    /// <summary>What is granted.</summary>
    internal GrantBenefit Benefit => this switch
    {
        Exemption => GrantBenefit.Exemption,
        AdmissionOnly => GrantBenefit.Admission,
        _ => GrantBenefit.Credits,
    };

    /// <summary>Credits for so many earned, in hundredths and at most those of the unit; -1 when they follow from those earned and none are stated.</summary>
    /// <param name="earned">Hundredths earned; -1 when none are stated.</param>
    /// <param name="most">Hundredths of the unit.</param>
    /// <param name="step">Smallest step of the institution.</param>
    internal int Hundredths(int earned, int most, EctsCredits step) => this switch
    {
        Fixed grant => Math.Min(grant.Credits.Hundredths, most),
        Exemption or AdmissionOnly => 0,
        _ when earned < 0 => -1,
        AsEarned => Math.Min(earned, most),
        Proportional share => Math.Min(EctsCredits.FromHundredths(earned).Scale(share.Percent, 100).FloorTo(step).Hundredths, Math.Min(share.AtMost?.Hundredths ?? most, most)),
        _ => throw new UnreachableException(),
    };
}

/// <summary>What a rule grants. Source: field reference E.2: credit, exemption and admission are three benefits.</summary>
public enum GrantBenefit
{
    /// <summary>Credits for the unit.</summary>
    Credits,
    /// <summary>The unit need not be taken.</summary>
    Exemption,
    /// <summary>The credential is accepted for admission.</summary>
    Admission,
}

/// <summary>What happens to the grade.</summary>
public enum GradeTreatment
{
    /// <summary>Passed, without a grade (IT: idoneità).</summary>
    Ungraded,
    /// <summary>Converted by the institution's policy between the two grade tables (ECTS Users' Guide 2015, 4.5).</summary>
    Converted,
}

/// <summary>Who may see a rule.</summary>
public enum RuleVisibility
{
    /// <summary>Everybody.</summary>
    Public,
    /// <summary>Partners of the consortium.</summary>
    Partners,
    /// <summary>The institution alone.</summary>
    Hidden,
}

/// <summary>Which of the two legal tracks a case is on.</summary>
public enum RecognitionTrack
{
    /// <summary>Recognition: credits of a higher-education institution; granted unless a substantial difference is shown (Lisbon Recognition Convention).</summary>
    Recognition,
    /// <summary>Validation: any other learning; equivalence is to be shown, caps apply.</summary>
    Validation,
}

/// <summary>
/// One published rule: if every condition holds, the target unit is granted. A rule about one credential has conditions alone; a composite rule
/// also asks for several credentials (<see cref="Sources"/>) or grants several units (<see cref="FurtherUnits"/>).
/// </summary>
public sealed record EquivalenceRule
{
    /// <summary>Identifier, stable over versions.</summary>
    public required RuleId Id { get; init; }
    /// <summary>Unit granted.</summary>
    public required UnitCode Target { get; init; }
    /// <summary>
    /// Conditions, all of which must hold; at least one, unless there are sources. With sources they hold for every credential that is used, and
    /// coverage of outcomes for all of them together.
    /// </summary>
    public required ImmutableArray<RuleCondition> Conditions { get; init; }
    /// <summary>Groups of credentials asked for, all of them; empty for a rule about one credential. Source: field reference E.1.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<SourceGroup> Sources { get; init; } = [];
    /// <summary>Credits granted.</summary>
    public required CreditGrant Grant { get; init; }
    /// <summary>Units granted beside <see cref="Target"/>; empty for none.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<UnitGrant> FurtherUnits { get; init; } = [];
    /// <summary>Grade granted.</summary>
    public required GradeTreatment Grade { get; init; }
    /// <summary>Whether a full grant needs no officer. Only the recognition track, and only when every check of the credential passed.</summary>
    public required bool Automatic { get; init; }
    /// <summary>First day in force; null is open.</summary>
    public DateOnly? ValidFrom { get; init; }
    /// <summary>Last day in force, included; null is open.</summary>
    public DateOnly? ValidUntil { get; init; }
    /// <summary>Whether a bilateral agreement stands behind the rule (rank 2).</summary>
    public bool Agreement { get; init; }
    /// <summary>Order among rules of the same rank: the larger wins. Default 0.</summary>
    public int Priority { get; init; }
    /// <summary>Condition in words that a person must see to; a rule with one never grants automatically. Empty for none.</summary>
    public string GrantCondition { get; init; } = "";
    /// <summary>Who may see it.</summary>
    public RuleVisibility Visibility { get; init; }
    /// <summary>Note for everybody who sees the rule.</summary>
    public string PublicNote { get; init; } = "";
    /// <summary>Note for the institution alone.</summary>
    public string PrivateNote { get; init; } = "";
    /// <summary>Whose rule it was adopted from; null for a rule of the institution's own.</summary>
    public RuleProvenance? AdoptedFrom { get; init; }

    /// <summary>Rank of the rule: of a rule with sources that of its weakest source.</summary>
    public RuleRank Rank =>
        Agreement ? RuleRank.BilateralAgreement
        : Sources.Length == 0 ? RankOf(Conditions)
        : Sources.SelectMany(g => g.Sources).Select(source => RankOf(Conditions.AddRange(source.Conditions))).DefaultIfEmpty(RankOf(Conditions)).Max();

    /// <summary>Whether the rule asks for several credentials or grants several units..</summary>
    public bool Composite => Sources.Length > 0 || FurtherUnits.Length > 0;

    /// <summary>Every unit granted, the target first.</summary>
    public IEnumerable<UnitCode> Units => FurtherUnits.Select(u => u.Unit).Prepend(Target);

    /// <summary>Whether the unit is among those granted.</summary>
    public bool Grants(UnitCode unit) => Target == unit || FurtherUnits.Any(u => u.Unit == unit);

    /// <summary>Every condition, those of the sources too.</summary>
    public IEnumerable<RuleCondition> EveryCondition => Sources.Length == 0 ? Conditions : Conditions.Concat(Sources.SelectMany(g => g.Sources).SelectMany(s => s.Conditions));

    /// <summary>How many credentials one use of the rule takes.</summary>
    public int CredentialsNeeded => Sources.Length == 0 ? 1 : Sources.Sum(g => g.Needed);

    /// <summary>Whether the rule was in force on <paramref name="day"/>; both ends included.</summary>
    public bool InForceOn(DateOnly day) => (ValidFrom is not { } from || from <= day) && (ValidUntil is not { } until || day <= until);

    private static RuleRank RankOf(ImmutableArray<RuleCondition> conditions) =>
        !conditions.Any(c => c is RuleCondition.AwardingBody) ? RuleRank.Generic
        : conditions.Any(c => c is RuleCondition.AchievementCode or RuleCondition.AchievementTitle) ? RuleRank.NamedAchievement
        : RuleRank.NamedAwardingBody;
}
